package dev.plimsoll.api.work;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A load balancer that there is a reason to look at; {@code lease} is null while nobody does. */
public record WorkItem(
        UUID loadBalancerId,
        UUID projectId,
        String region,
        String loadBalancerName,
        String reason,
        Instant enqueuedAt,
        int attempt,
        Instant nextTry,
        @Nullable String waitingFor,
        @Nullable Instant waitingSince,
        @Nullable Lease lease) {

    /** Who works on it. */
    public record Lease(String owner, long epoch, Instant until) {}
}
