/** Sizes of load balancers. */
@NullMarked
package dev.plimsoll.api.plan;

import org.jspecify.annotations.NullMarked;
