package dev.plimsoll.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens a new connection every 5 ms, whatever became of the ones before, and remembers when each
 * failed or succeeded.
 */
final class SteadyCaller implements AutoCloseable {
    private static final long EVERY_MICROS = 5_000;

    private final String address;
    private final int port;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ConcurrentLinkedQueue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final AtomicLong open = new AtomicLong();

    /** One connection; times as {@link System#nanoTime()}. */
    record Attempt(long startNanos, long endNanos, boolean succeeded) {}

    SteadyCaller(String address, int port) {
        this.address = address;
        this.port = port;
        clock.scheduleAtFixedRate(
                () -> Thread.ofVirtual().start(this::call), 0, EVERY_MICROS, TimeUnit.MICROSECONDS);
    }

    private void call() {
        open.incrementAndGet();
        var start = System.nanoTime();
        boolean succeeded;
        try {
            succeeded = !Caller.nameOfTarget(address, port).isEmpty();
        } catch (IOException failed) {
            succeeded = false;
        }
        attempts.add(new Attempt(start, System.nanoTime(), succeeded));
        open.decrementAndGet();
    }

    long succeeded() {
        return attempts.stream().filter(Attempt::succeeded).count();
    }

    long failed() {
        return attempts.stream().filter(a -> !a.succeeded()).count();
    }

    /**
     * How long new connections did not work after {@code killedNanos}: to the start of the last
     * that failed, or zero.
     */
    Duration outageAfter(long killedNanos) {
        return attempts.stream()
                .filter(a -> !a.succeeded() && a.endNanos() >= killedNanos)
                .mapToLong(a -> a.startNanos() + EVERY_MICROS * 1_000 - killedNanos)
                .max()
                .stream()
                .mapToObj(nanos -> Duration.ofNanos(Math.max(nanos, 0)))
                .findFirst()
                .orElse(Duration.ZERO);
    }

    /** Stops calling and waits for the connections under way. */
    void stop() throws InterruptedException {
        clock.shutdown();
        var _ = clock.awaitTermination(10, TimeUnit.SECONDS);
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> open.get() == 0);
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
