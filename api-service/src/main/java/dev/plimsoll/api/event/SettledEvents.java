package dev.plimsoll.api.event;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    private final InstantSource clock;
    private volatile long upTo = UNKNOWN;
    private volatile @Nullable Instant heldSince;

    SettledEvents(Events events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    long upTo() {
        return upTo;
    }

    /** For how long the newest event has waited for others. */
    Duration heldFor() {
        var since = heldSince;
        return since == null ? Duration.ZERO : Duration.between(since, clock.instant());
    }

    /** To the newest event, as soon as the transactions that may still come before it are over. */
    void advance() throws InterruptedException {
        long newest = events.newest();
        if (newest <= upTo) {
            return;
        }
        heldSince = clock.instant();
        try {
            awaitEndOf(new HashSet<>(events.writers()));
        } finally {
            heldSince = null;
        }
        upTo = newest;
    }

    private void awaitEndOf(Set<String> unfinished) throws InterruptedException {
        var pause = FIRST_PAUSE;
        while (!unfinished.isEmpty()) {
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            unfinished.retainAll(events.writers());
        }
    }
}
