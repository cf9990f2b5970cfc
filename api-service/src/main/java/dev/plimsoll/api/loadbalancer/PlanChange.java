package dev.plimsoll.api.loadbalancer;

import org.jspecify.annotations.Nullable;

/**
 * Another plan.
 *
 * @param from null for a load balancer that is new
 * @param to null for one that is removed
 */
public record PlanChange(@Nullable String from, @Nullable String to) {}
