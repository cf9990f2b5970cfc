/** What a tenant can order, and the rules it must keep. */
@NullMarked
package dev.plimsoll.api.loadbalancer.spec;

import org.jspecify.annotations.NullMarked;
