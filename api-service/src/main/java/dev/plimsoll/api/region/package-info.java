/** Where load balancers can be ordered. */
@NullMarked
package dev.plimsoll.api.region;

import org.jspecify.annotations.NullMarked;
