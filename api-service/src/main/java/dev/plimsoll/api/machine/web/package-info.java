/** Machines over HTTP. */
@NullMarked
package dev.plimsoll.api.machine.web;

import org.jspecify.annotations.NullMarked;
