/** Connections over HTTP. */
@NullMarked
package dev.plimsoll.api.connection.web;

import org.jspecify.annotations.NullMarked;
