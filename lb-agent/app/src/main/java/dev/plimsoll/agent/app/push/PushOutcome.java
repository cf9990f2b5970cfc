package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.PushReport.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of one attempt to push. */
sealed interface PushOutcome {

    record Taken() implements PushOutcome {}

    /** No attempt with the same body will be taken. */
    record GivenUp(Reason reason, @Nullable Integer httpStatus) implements PushOutcome {}

    /**
     * @param atLeast what was asked for, to wait before the next attempt; zero where nothing was
     */
    record Later(Reason reason, @Nullable Integer httpStatus, Duration atLeast)
            implements PushOutcome {
        Later(Reason reason) {
            this(reason, null, Duration.ZERO);
        }
    }
}
