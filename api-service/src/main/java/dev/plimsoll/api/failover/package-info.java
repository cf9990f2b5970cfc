/** Planned moves of load balancers, and what is known of the last one. */
@NullMarked
package dev.plimsoll.api.failover;

import org.jspecify.annotations.NullMarked;
