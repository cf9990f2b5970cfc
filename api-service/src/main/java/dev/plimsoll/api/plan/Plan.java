package dev.plimsoll.api.plan;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A size of load balancers.
 *
 * @param retiredAt since when it cannot be ordered; null while it can
 */
public record Plan(
        String region,
        String id,
        String name,
        String description,
        String flavorName,
        int maxConnections,
        @Nullable Instant retiredAt) {}
