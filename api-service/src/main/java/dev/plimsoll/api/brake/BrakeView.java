package dev.plimsoll.api.brake;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * @param engagedAt null while it is not engaged
 */
public record BrakeView(
        @Nullable Instant engagedAt,
        int dead,
        int places,
        int allowed,
        @Nullable Instant releasedAt,
        @Nullable String releasedBy) {}
