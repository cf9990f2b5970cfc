/** Tokens over HTTP. */
@NullMarked
package dev.plimsoll.api.tenancy.web;

import org.jspecify.annotations.NullMarked;
