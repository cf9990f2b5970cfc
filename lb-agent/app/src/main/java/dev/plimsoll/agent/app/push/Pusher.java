package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.app.control.BackOff;
import dev.plimsoll.agent.protocol.PushReport;
import dev.plimsoll.agent.protocol.PushReport.Kind;
import dev.plimsoll.agent.protocol.PushReport.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes what a feed has to one URL, for as long as it runs: on a thread of its own, one request at
 * a time. What is not taken is tried again later and later, while the feed keeps what it has room
 * for; what will never be taken is given up.
 */
final class Pusher {
    private static final Logger log = LoggerFactory.getLogger(Pusher.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /** What has not changed but for its numbers is told again so often. */
    private static final Duration RETOLD = Duration.ofMinutes(1);

    /** Agents that begin together do not push together. */
    private static final Duration SPREAD = Duration.ofSeconds(3);

    private final Kind kind;
    private final Feed feed;
    private final HttpPush http;
    private final PushMeters meters;
    private final Runnable onNews;
    private final PushState state;
    private final RandomGenerator random = new SplittableRandom();
    private final BackOff backOff = new BackOff(FIRST_WAIT, LONGEST_WAIT, random);
    private final Thread thread;
    private final Semaphore aimed = new Semaphore(0);
    private volatile Aim aim;
    private volatile PushReport report;
    private long gatherNanos;
    private long notBeforeNanos;
    private long toldNanos;
    private int attempts;
    private long givenUp;
    private long lostBefore;

    private Pusher(
            Kind kind, Feed feed, HttpPush http, PushMeters meters, Aim aim, Runnable onNews) {
        this.kind = kind;
        this.feed = feed;
        this.http = http;
        this.meters = meters;
        this.aim = aim;
        this.onNews = onNews;
        this.state = new PushState(kind, aim.url().shown(), InstantSource.system());
        this.report = state.report(0);
        long now = System.nanoTime();
        long spread = Math.min(SPREAD.toNanos(), feed.every(aim).toNanos());
        this.gatherNanos = now + random.nextLong(spread);
        this.notBeforeNanos = now;
        this.toldNanos = now;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("agent-push-" + PushMeters.label(kind))
                        .unstarted(this::run);
    }

    static Pusher start(
            Kind kind, Feed feed, HttpPush http, PushMeters meters, Aim aim, Runnable onNews) {
        var pusher = new Pusher(kind, feed, http, meters, aim, onNews);
        pusher.thread.start();
        return pusher;
    }

    /** The same URL with other credentials or rules: tried at once. */
    void aim(Aim next) {
        if (!next.equals(aim)) {
            aim = next;
            aimed.release();
        }
    }

    Aim aim() {
        return aim;
    }

    PushReport report() {
        return report;
    }

    /** Whatever it does at the moment, nothing of it is heard any more. */
    void stop() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                turn(aim);
                pause();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The thread outlives whatever goes wrong on it. */
    private void turn(Aim present) throws InterruptedException {
        try {
            if (isDue(gatherNanos)) {
                gatherNanos = System.nanoTime() + feed.every(present).toNanos();
                feed.gather(present);
            }
            for (var load = feed.next(present); load != null && isDue(notBeforeNanos); ) {
                push(present, load);
                load = feed.next(present);
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("kind", kind).log("A push went wrong");
            failed(Reason.OTHER, null, FIRST_WAIT);
        }
        count();
    }

    private void push(Aim to, Load load) throws InterruptedException {
        var credentials = to.credentials();
        if (credentials.isEmpty()) {
            failed(Reason.NO_CREDENTIALS, null, Duration.ZERO);
            return;
        }
        var outcome =
                http.post(
                        to.url(),
                        credentials.get(),
                        to.destinations(),
                        feed.headers(),
                        load,
                        attempts++);
        switch (outcome) {
            case PushOutcome.Taken _ -> taken();
            case PushOutcome.GivenUp(var reason, var status) -> {
                feed.done();
                givenUp += load.items();
                meters.dropped(kind, load.items());
                failed(reason, status, Duration.ZERO);
            }
            case PushOutcome.Later(var reason, var status, var atLeast) ->
                    failed(reason, status, atLeast);
        }
    }

    private void taken() {
        feed.done();
        meters.pushed(kind, true);
        backOff.reset();
        attempts = 0;
        tell(state.succeeded());
    }

    private void failed(Reason reason, @Nullable Integer status, Duration atLeast) {
        meters.pushed(kind, false);
        var wait = backOff.next();
        notBeforeNanos =
                System.nanoTime() + (wait.compareTo(atLeast) > 0 ? wait : atLeast).toNanos();
        var isNews = state.failed(reason, status);
        if (isNews) {
            log.atWarn()
                    .addKeyValue("kind", kind)
                    .addKeyValue("url", report.url())
                    .addKeyValue("reason", reason)
                    .addKeyValue("status", status)
                    .log("Not pushed; goes on trying");
        }
        tell(isNews);
    }

    private void count() {
        long lost = feed.lost();
        meters.dropped(kind, lost - lostBefore);
        lostBefore = lost;
    }

    private void tell(boolean isNews) {
        report = state.report(givenUp + feed.lost());
        if (isNews || System.nanoTime() - toldNanos > RETOLD.toNanos()) {
            toldNanos = System.nanoTime();
            onNews.run();
        }
    }

    private static boolean isDue(long nanos) {
        return System.nanoTime() - nanos >= 0;
    }

    private void pause() throws InterruptedException {
        long now = System.nanoTime();
        long until = gatherNanos - now;
        if (notBeforeNanos - now > 0) {
            until = Math.min(until, notBeforeNanos - now);
        }
        if (aimed.tryAcquire(until, TimeUnit.NANOSECONDS)) {
            aimed.drainPermits();
            notBeforeNanos = System.nanoTime();
            backOff.reset();
        }
    }
}
