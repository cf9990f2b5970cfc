package dev.plimsoll.api.project;

import java.time.Instant;
import java.util.UUID;

/**
 * A project that is not deleted.
 *
 * @param maxListeners of one load balancer
 * @param maxTargets of one target pool
 * @param loadBalancers in all regions, those being removed included
 */
public record Project(
        UUID id,
        String name,
        int maxListeners,
        int maxTargets,
        int loadBalancers,
        Instant createdAt) {}
