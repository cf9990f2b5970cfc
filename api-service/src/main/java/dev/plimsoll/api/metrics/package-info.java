/** What goes through load balancers, in figures: both agents' at this moment, and over time. */
@NullMarked
package dev.plimsoll.api.metrics;

import org.jspecify.annotations.NullMarked;
