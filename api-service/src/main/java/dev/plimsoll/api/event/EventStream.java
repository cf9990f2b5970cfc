package dev.plimsoll.api.event;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Events one after the other in the order of their ids, each once, none left out. For one thread;
 * what the client has not taken yet stays in the database.
 */
public final class EventStream implements AutoCloseable {
    private static final int BATCH = 100;

    private final EventScope scope;
    private final Events events;
    private final LongSupplier settled;
    private final Semaphore readers;
    private final Consumer<EventStream> onClose;
    private final Semaphore wakeUp = new Semaphore(0);
    private long position;
    private boolean hasMore = true;
    private volatile boolean isEnding;

    EventStream(
            EventScope scope,
            long after,
            Events events,
            LongSupplier settled,
            Semaphore readers,
            Consumer<EventStream> onClose) {
        this.scope = scope;
        this.position = after;
        this.events = events;
        this.settled = settled;
        this.readers = readers;
        this.onClose = onClose;
    }

    /** Those that come next; waits for them, but no longer than {@code patience}. */
    public List<Event> next(Duration patience) throws InterruptedException {
        if (!hasMore) {
            var _ = wakeUp.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
            wakeUp.drainPermits();
        }
        long upTo = settled.getAsLong();
        if (upTo <= position) {
            hasMore = false;
            return List.of();
        }
        var found = read(upTo);
        hasMore = found.size() == BATCH;
        position = hasMore ? found.getLast().id() : upTo;
        return found;
    }

    private List<Event> read(long upTo) throws InterruptedException {
        readers.acquire();
        try {
            return events.between(scope, position, upTo, BATCH);
        } finally {
            readers.release();
        }
    }

    /** Whether the service is about to stop. */
    public boolean isEnding() {
        return isEnding;
    }

    UUID projectId() {
        return scope.projectId();
    }

    void wake() {
        wakeUp.release();
    }

    void end() {
        isEnding = true;
        wake();
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
