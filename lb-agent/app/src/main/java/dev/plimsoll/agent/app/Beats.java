package dev.plimsoll.agent.app;

import dev.plimsoll.agent.protocol.GatewayMessage.Pace;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When the next heartbeat is due, at the pace that the gateway asks for. The first one after it has
 * asked comes at a random moment, so that agents who were told together do not speak together.
 */
final class Beats {
    private static final Pace FASTEST = new Pace(Pace.FASTEST_MILLIS);

    private final RandomGenerator random;
    private Pace pace = FASTEST;
    private boolean isPaced;
    private long dueNanos;

    Beats(RandomGenerator random) {
        this.random = random;
    }

    /** On a new stream: its gateway has not asked for anything yet. */
    void begin() {
        pace = FASTEST;
        isPaced = false;
    }

    void keep(Pace told, long nowNanos) {
        if (isPaced && told.equals(pace)) {
            return;
        }
        pace = told;
        isPaced = !told.equals(FASTEST);
        dueNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(random.nextLong(told.millis()) + 1);
    }

    /** To be asked with each tick of the agent; true means that it beats now. */
    boolean isDue(long nowNanos) {
        if (!isPaced) {
            return true;
        }
        var lateNanos = nowNanos - dueNanos;
        if (lateNanos < 0) {
            return false;
        }
        var paceNanos = TimeUnit.MILLISECONDS.toNanos(pace.millis());
        dueNanos = lateNanos > paceNanos ? nowNanos + paceNanos : dueNanos + paceNanos;
        return true;
    }
}
