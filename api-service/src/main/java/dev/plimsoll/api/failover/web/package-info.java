/** Planned moves over HTTP. */
@NullMarked
package dev.plimsoll.api.failover.web;

import org.jspecify.annotations.NullMarked;
