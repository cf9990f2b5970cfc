package dev.plimsoll.api.event;

import java.time.Duration;
import java.util.HashSet;

/**
 * Up to which id events are settled: none of them will be added or taken away any more. Ids are
 * taken before transactions commit, so the newest that can be seen proves nothing about those
 * before it; it does once all transactions are over that were writing events when it was seen.
 * Advanced by one thread, read by any.
 */
final class SettledEvents {
    static final long UNKNOWN = -1;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final Events events;
    private volatile long upTo = UNKNOWN;

    SettledEvents(Events events) {
        this.events = events;
    }

    long upTo() {
        return upTo;
    }

    /** To the newest event, as soon as the transactions that may still come before it are over. */
    void advance() throws InterruptedException {
        long newest = events.newest();
        if (newest <= upTo) {
            return;
        }
        var unfinished = new HashSet<>(events.writers());
        var pause = FIRST_PAUSE;
        while (!unfinished.isEmpty()) {
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            unfinished.retainAll(events.writers());
        }
        upTo = newest;
    }
}
