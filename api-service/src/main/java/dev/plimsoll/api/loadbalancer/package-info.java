/** Load balancers: orders written, state read. */
@NullMarked
package dev.plimsoll.api.loadbalancer;

import org.jspecify.annotations.NullMarked;
