/** Events over HTTP. */
@NullMarked
package dev.plimsoll.api.event.web;

import org.jspecify.annotations.NullMarked;
