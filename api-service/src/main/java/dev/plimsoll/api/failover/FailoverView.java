package dev.plimsoll.api.failover;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is known of a move; what was never known is null. */
public record FailoverView(
        String cause,
        @Nullable UUID fromMachine,
        UUID toMachine,
        @Nullable Instant detectedAt,
        Instant vipMovedAt,
        @Nullable Long gapMillis,
        @Nullable Integer connections) {}
