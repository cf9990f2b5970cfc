package dev.plimsoll.provisioner.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkLoopTest {
    private static final String ORDER = Orders.ephemeral(80, "127.0.0.1");

    private final Ground ground = new Ground();
    private final WorkSettings settings = WorkQueueTest.settings(Duration.ofMillis(300));
    private final WorkQueue queue = new WorkQueue(ground.database(), "test", settings);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FirstPass firstPass =
            new FirstPass(InstantSource.system(), Duration.ofMinutes(1));

    @AfterEach
    void close() {
        ground.close();
    }

    @Test
    void unexpectedErrorIsTriedAgain() {
        var looks = new AtomicInteger();
        var id = ground.order("web", ORDER);

        try (var _ =
                loop(_ -> {
                    if (looks.getAndIncrement() < 2) {
                        throw new IllegalStateException("on purpose");
                    }
                    return new Outcome.Converged();
                })) {
            await().until(() -> ground.count("work_item", id) == 0);
        }

        assertThat(looks).hasValue(3);
        assertThat(meters.counter("plimsoll.reconcile.failures").count()).isEqualTo(2);
        assertThat(meters.counter("plimsoll.reconcile.retries").count()).isEqualTo(2);
    }

    @Test
    void leaseIsRenewedWhileALookTakesLong() throws InterruptedException {
        var id = ground.order("web", ORDER);
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var looks = new AtomicInteger();

        try (var _ =
                loop(lease -> {
                    looks.incrementAndGet();
                    begun.countDown();
                    waitFor(mayEnd);
                    lease.check();
                    return new Outcome.Converged();
                })) {
            begun.await();
            var first = leaseUntil(id);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> leaseUntil(id) > first + settings.lease().toMillis() * 2);
            mayEnd.countDown();
            await().until(() -> ground.count("work_item", id) == 0);
        }

        assertThat(looks).hasValue(1);
    }

    @Test
    void rejectedOrderIsLookedAtAgain() {
        var looks = new AtomicInteger();
        var id = ground.order("web", ORDER);

        try (var _ =
                loop(_ ->
                        looks.incrementAndGet() < 3
                                ? new Outcome.Rejected("address taken")
                                : new Outcome.Converged())) {
            await().until(() -> ground.count("work_item", id) == 0);
        }
    }

    @Test
    void firstPassIsDoneWhenEachWasLookedAt() throws InterruptedException {
        var one = ground.order("one", ORDER);
        var two = ground.order("two", ORDER);
        firstPass.begin(List.of(one, two));
        assertThat(firstPass.isDone()).isFalse();

        try (var _ = loop(_ -> new Outcome.Converged())) {
            assertThat(firstPass.await(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Test
    void firstPassGivesAgentsTheTimeToConnectButNotForEver() {
        var now = new java.util.concurrent.atomic.AtomicReference<>(java.time.Instant.EPOCH);
        var pass = new FirstPass(now::get, Duration.ofSeconds(3));
        var id = new LoadBalancerId(java.util.UUID.randomUUID());
        pass.begin(List.of(id));
        pass.seen(id, new Outcome.RetryAfter(Duration.ZERO, "an agent to connect"));
        assertThat(pass.isDone()).isFalse();

        now.set(java.time.Instant.EPOCH.plusSeconds(4));

        assertThat(pass.isDone()).isTrue();
    }

    @Test
    void backoffDoublesUpToItsLimit() {
        var backoff = new Backoff(Duration.ofSeconds(15), new java.util.Random(1));

        assertThat(backoff.delay(Duration.ofSeconds(1), 0))
                .isBetween(Duration.ofMillis(800), Duration.ofSeconds(1));
        assertThat(backoff.delay(Duration.ofSeconds(1), 3))
                .isBetween(Duration.ofMillis(6400), Duration.ofSeconds(8));
        assertThat(backoff.delay(Duration.ofSeconds(1), 1_000_000))
                .isBetween(Duration.ofSeconds(12), Duration.ofSeconds(15));
    }

    private WorkLoop loop(Reconciler reconciler) {
        var loop = new WorkLoop(queue, reconciler, settings, meters, firstPass);
        loop.start();
        return loop;
    }

    private long leaseUntil(LoadBalancerId id) {
        return ground.ask(
                "select (extract(epoch from lease_until) * 1000)::bigint from work_item"
                        + " where load_balancer_id = :id",
                id,
                Long.class);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
