package dev.plimsoll.api.loadbalancer.spec;

/**
 * How large one load balancer may be.
 *
 * @param maxTargets in each target pool
 */
public record SpecLimits(int maxListeners, int maxTargets) {}
