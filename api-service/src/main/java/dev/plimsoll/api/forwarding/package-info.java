/**
 * A simple view of load balancers: one rule is one listener and its target pool. Nothing is kept
 * here; rules are read from the spec and written into it.
 */
@NullMarked
package dev.plimsoll.api.forwarding;

import org.jspecify.annotations.NullMarked;
