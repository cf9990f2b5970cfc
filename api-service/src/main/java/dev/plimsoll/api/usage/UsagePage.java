package dev.plimsoll.api.usage;

import dev.plimsoll.api.read.Page;

/**
 * Some load balancers of a region, and what they were used for.
 *
 * @param span the time that counts
 */
public record UsagePage(Span span, Page<LoadBalancerUsage> page) {}
