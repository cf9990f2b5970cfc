/** Load balancers over HTTP. */
@NullMarked
package dev.plimsoll.api.loadbalancer.web;

import org.jspecify.annotations.NullMarked;
