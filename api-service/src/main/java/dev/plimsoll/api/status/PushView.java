package dev.plimsoll.api.status;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an agent's pushes of one kind go.
 *
 * @param since when they began to be taken, or not to be
 */
public record PushView(
        UUID machineId,
        Kind kind,
        String url,
        @Nullable Instant lastSuccessAt,
        @Nullable Failure lastFailure,
        int consecutiveFailures,
        long dropped,
        Instant since) {

    /** Names as in the table {@code push_status}. */
    public enum Kind {
        METRICS,
        LOGS
    }

    public record Failure(Instant at, PushReason reason, @Nullable Integer httpStatus) {}

    boolean isFailing() {
        return consecutiveFailures > 0;
    }
}
