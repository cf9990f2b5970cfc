package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.PushReport;
import dev.plimsoll.agent.protocol.PushReport.Failure;
import dev.plimsoll.agent.protocol.PushReport.Kind;
import dev.plimsoll.agent.protocol.PushReport.Reason;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How pushes to one URL have gone so far. Of one thread. */
final class PushState {
    private final Kind kind;
    private final String url;
    private final InstantSource clock;
    private @Nullable Long lastSuccess;
    private @Nullable Failure lastFailure;
    private int consecutiveFailures;

    PushState(Kind kind, String url, InstantSource clock) {
        this.kind = kind;
        this.url = url;
        this.clock = clock;
    }

    /**
     * @return whether that is news
     */
    boolean succeeded() {
        boolean isNews = lastSuccess == null || consecutiveFailures > 0;
        lastSuccess = clock.millis();
        consecutiveFailures = 0;
        return isNews;
    }

    /**
     * @return whether that is news
     */
    boolean failed(Reason reason, @Nullable Integer httpStatus) {
        var before = lastFailure;
        boolean isNews =
                consecutiveFailures == 0
                        || before == null
                        || !before.equals(new Failure(before.atEpochMillis(), reason, httpStatus));
        lastFailure = new Failure(clock.millis(), reason, httpStatus);
        consecutiveFailures = Math.min(consecutiveFailures, Integer.MAX_VALUE - 1) + 1;
        return isNews;
    }

    PushReport report(long dropped) {
        return new PushReport(kind, url, lastSuccess, lastFailure, consecutiveFailures, dropped);
    }
}
