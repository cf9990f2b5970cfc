package dev.plimsoll.api.event;

import dev.plimsoll.api.notice.NoticeListener;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Opens streams of events, and wakes them when there is something new for them. */
@Component
public final class EventFeed implements NoticeListener, SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final String CHANNEL = "plimsoll_event";
    private static final String THREAD = "event-feed";

    /** In case a notification is lost. */
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(1);

    private static final Duration MAX_START = Duration.ofSeconds(2);

    /** Streams that wake at once take turns: requests need the database's connections too. */
    private static final int MAX_READERS = 2;

    private final Events events;
    private final SettledEvents settled;
    private final EventSettings settings;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<UUID, Integer> openByProject = new ConcurrentHashMap<>();
    private final Semaphore room;
    private final Semaphore readers = new Semaphore(MAX_READERS, true);
    private final Semaphore wakeUp = new Semaphore(0);
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile @Nullable Thread thread;

    EventFeed(Events events, EventSettings settings, InstantSource apiClock, MeterRegistry meters) {
        this.events = events;
        this.settled = new SettledEvents(events, apiClock);
        this.settings = settings;
        this.room = new Semaphore(settings.maxStreams());
        Gauge.builder("plimsoll.events.streams", open, Set::size)
                .description("Streams of events that are open")
                .register(meters);
        TimeGauge.builder(
                        "plimsoll.events.held",
                        settled,
                        TimeUnit.MILLISECONDS,
                        it -> it.heldFor().toMillis())
                .description("For how long events wait for transactions that may come before them")
                .register(meters);
    }

    /**
     * Begins a stream, which the caller closes.
     *
     * @param after the id of the last event that the client has; null where it wants none but those
     *     to come
     */
    public EventStream open(EventScope scope, @Nullable Long after) {
        events.requireExistence(scope);
        long position = after == null ? now() : known(after);
        enter(scope.projectId());
        var stream = new EventStream(scope, position, events, settled::upTo, readers, this::leave);
        open.add(stream);
        if (!isRunning()) {
            stream.end();
        }
        return stream;
    }

    private long now() {
        try {
            if (started.await(MAX_START.toMillis(), TimeUnit.MILLISECONDS)) {
                return settled.upTo();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw DomainFailure.StreamsExhausted.notYet();
    }

    private long known(long id) {
        if (id > settled.upTo() && id > events.newest()) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "#header/Last-Event-ID",
                            FieldError.Code.OUT_OF_RANGE,
                            "is later than every event",
                            Long.toString(id),
                            null));
        }
        return id;
    }

    private synchronized void enter(UUID projectId) {
        int ofProject = openByProject.getOrDefault(projectId, 0);
        if (ofProject >= settings.maxStreamsPerProject()) {
            throw new DomainFailure.TooManyStreams(settings.maxStreamsPerProject());
        } else if (!room.tryAcquire()) {
            throw DomainFailure.StreamsExhausted.allTaken();
        }
        openByProject.put(projectId, ofProject + 1);
    }

    private synchronized void leave(EventStream stream) {
        if (open.remove(stream)) {
            openByProject.computeIfPresent(
                    stream.projectId(), (_, count) -> count == 1 ? null : count - 1);
            room.release();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                advance();
                var _ = wakeUp.tryAcquire(LOOK_ANYWAY.toNanos(), TimeUnit.NANOSECONDS);
                wakeUp.drainPermits();
            } catch (DataAccessException | TransactionException e) {
                LOG.atDebug().setCause(e).log("Cannot look for events now");
                LockSupport.parkNanos(LOOK_ANYWAY.toNanos());
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                // Without this thread all streams would be silent.
                LOG.atError().setCause(e).log("Looking for events failed");
                LockSupport.parkNanos(LOOK_ANYWAY.toNanos());
            }
        }
    }

    private void advance() throws InterruptedException {
        long before = settled.upTo();
        settled.advance();
        long now = settled.upTo();
        started.countDown();
        if (now > before && !open.isEmpty()) {
            var projects = events.projectsBetween(before, now);
            open.stream()
                    .filter(it -> projects.contains(it.projectId()))
                    .forEach(EventStream::wake);
        }
    }

    @Override
    public String channel() {
        return CHANNEL;
    }

    @Override
    public void heard(String payload) {
        wakeUp.release();
    }

    @Override
    public void mayHaveMissed() {
        wakeUp.release();
    }

    @Override
    public synchronized void start() {
        thread = Thread.ofPlatform().daemon().name(THREAD).start(this::run);
    }

    /** Streams end before the server waits for its requests to end. */
    @Override
    public synchronized void stop() {
        if (thread != null) {
            thread.interrupt();
            thread = null;
        }
        open.forEach(EventStream::end);
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
