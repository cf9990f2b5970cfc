/** Forwarding rules over HTTP. */
@NullMarked
package dev.plimsoll.api.forwarding.web;

import org.jspecify.annotations.NullMarked;
