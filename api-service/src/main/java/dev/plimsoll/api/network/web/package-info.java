/** Networks over HTTP. */
@NullMarked
package dev.plimsoll.api.network.web;

import org.jspecify.annotations.NullMarked;
