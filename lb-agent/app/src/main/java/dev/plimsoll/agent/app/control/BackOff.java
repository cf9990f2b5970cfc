package dev.plimsoll.agent.app.control;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double up to a limit, each with a random part, so that a fleet does not dial at once.
 */
public final class BackOff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration next;

    public BackOff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.next = first;
    }

    /** Between half of the present wait and the whole of it. */
    public Duration next() {
        long millis = next.toMillis();
        next = next.multipliedBy(2).compareTo(longest) > 0 ? longest : next.multipliedBy(2);
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }

    public void reset() {
        next = first;
    }
}
