/** Prices over HTTP. */
@NullMarked
package dev.plimsoll.api.price.web;

import org.jspecify.annotations.NullMarked;
