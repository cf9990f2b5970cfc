package dev.plimsoll.provisioner.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.machine.MachineId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** An installation of its own, on which one operation after the other is played. */
final class Stage implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final int NEVER = Integer.MAX_VALUE;

    final Tenants tenants;
    final Installation installation;
    private final Ground ground = new Ground(4);
    private final Truth truth;
    private final AtomicInteger toDeath = new AtomicInteger(NEVER);
    private final AtomicReference<Boundary> diedAt = new AtomicReference<>();
    private volatile CountDownLatch died = new CountDownLatch(1);
    private int first;

    Stage(Path folder) {
        tenants = new Tenants(ground);
        installation =
                new Installation(
                        ground,
                        folder,
                        InstantSource.system(),
                        (_, _) -> Mischief.NONE,
                        this::onBoundary);
        truth = new Truth(ground, installation.machines);
    }

    @FunctionalInterface
    interface Part {
        void on(Stage stage);
    }

    /**
     * The provisioner dies at this boundary of the operation, counted from one, and another takes
     * over. Whatever it was, it is deleted in the end.
     *
     * @return where it died; empty if the operation was done before
     */
    Optional<Boundary> play(int boundary, Part before, Part operation) throws InterruptedException {
        first = tenants.all().size();
        before.on(this);
        settle();
        died = new CountDownLatch(1);
        toDeath.set(boundary);
        operation.on(this);
        await().atMost(LIMIT).pollInterval(OFTEN).until(() -> died.getCount() == 0 || isDone());
        var isOver = toDeath.getAndSet(NEVER) != NEVER;
        if (!isOver) {
            assertThat(died.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            installation.restart(installation.life());
        }
        settle();
        for (int number = first; number < tenants.all().size(); number++) {
            tenants.delete(number);
        }
        settle();
        return isOver ? Optional.empty() : Optional.of(diedAt.get());
    }

    int newest() {
        return tenants.all().size() - 1;
    }

    MachineId activeMachine() {
        return installation.machines.active(tenants.all().getLast().id()).orElseThrow().machine();
    }

    /** Also what was played before is as it was left. */
    @Override
    public void close() throws InterruptedException {
        first = 0;
        try {
            settle();
        } finally {
            installation.close();
            ground.close();
        }
    }

    private void settle() {
        await().atMost(LIMIT).pollInterval(OFTEN).until(this::isSettled);
        for (var ordered : played()) {
            assertThat(truth.faults(ordered)).isEmpty();
        }
        await().atMost(LIMIT)
                .pollInterval(OFTEN)
                .untilAsserted(() -> assertThat(truth.leaks()).isEmpty());
    }

    private boolean isDone() {
        return isSettled()
                && truth.leaks().isEmpty()
                && played().stream().allMatch(ordered -> truth.faults(ordered).isEmpty());
    }

    private boolean isSettled() {
        return played().stream().allMatch(truth::isSettled);
    }

    private List<Tenants.Ordered> played() {
        var all = tenants.all();
        return all.subList(first, all.size());
    }

    private void onBoundary(Life life, Boundary boundary) {
        if (life == installation.life()
                && toDeath.get() != NEVER
                && toDeath.decrementAndGet() == 0) {
            life.die();
            toDeath.set(NEVER);
            diedAt.set(boundary);
            died.countDown();
        }
    }
}
