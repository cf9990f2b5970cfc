/**
 * What load balancers were used for, and what that costs. The database meters use when it happens
 * ({@code usage_interval}); {@link dev.plimsoll.api.usage.Lifecycle} derives the same from
 * revisions, and {@link dev.plimsoll.api.usage.Charges} is where time becomes money.
 */
@NullMarked
package dev.plimsoll.api.usage;

import org.jspecify.annotations.NullMarked;
