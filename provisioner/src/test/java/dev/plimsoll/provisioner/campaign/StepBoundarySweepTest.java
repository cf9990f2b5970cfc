package dev.plimsoll.provisioner.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.machine.MachineId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The provisioner dies before and after each of its effects, commits and calls of the driver, of
 * one operation after the other, and another takes over.
 */
@ExtendWith(QuietAboutFaults.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StepBoundarySweepTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int WANTED = 60;

    private final List<String> points = new ArrayList<>();
    private final Ground ground = new Ground(4);
    private final Tenants tenants = new Tenants(ground);
    private final AtomicInteger toDeath = new AtomicInteger(NEVER);
    private final AtomicReference<Boundary> diedAt = new AtomicReference<>();
    private volatile CountDownLatch died = new CountDownLatch(1);
    private Installation installation;
    private Truth truth;

    @BeforeAll
    void start(@TempDir Path folder) {
        installation =
                new Installation(
                        ground,
                        folder,
                        InstantSource.system(),
                        (_, _) -> Mischief.NONE,
                        this::onBoundary);
        truth = new Truth(ground, installation.machines);
    }

    @AfterAll
    void stop() throws InterruptedException {
        installation.close();
        ground.close();
        assertThat(points).as("points at which it was killed").hasSizeGreaterThanOrEqualTo(WANTED);
    }

    @Test
    void creationSurvivesADeathAtEveryBoundary() throws InterruptedException {
        sweep("create", () -> {}, () -> tenants.create(Order.simple(80)));
    }

    @Test
    void changeOfAddressPortAndPlanSurvivesADeathAtEveryBoundary() throws InterruptedException {
        sweep(
                "update",
                () -> tenants.create(Order.simple(80)),
                () -> tenants.update(newest(), new Order("p50", "192.0.2.7", 81, "10.0.0.2", "")));
    }

    @Test
    void replacementOfADeadMachineSurvivesADeathAtEveryBoundary() throws InterruptedException {
        sweep(
                "replace",
                () -> tenants.create(Order.simple(80)),
                () -> installation.machines.crash(activeMachine()));
    }

    @Test
    void deletionSurvivesADeathAtEveryBoundary() throws InterruptedException {
        sweep("delete", () -> tenants.create(Order.simple(80)), () -> tenants.delete(newest()));
    }

    /** With a death one boundary later each time, until the operation is done before. */
    private void sweep(String operation, Runnable before, Runnable operate)
            throws InterruptedException {
        var isOver = false;
        for (int boundary = 1; !isOver; boundary++) {
            before.run();
            settle();
            died = new CountDownLatch(1);
            toDeath.set(boundary);
            operate.run();
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> died.getCount() == 0 || isDone());
            isOver = toDeath.getAndSet(NEVER) != NEVER;
            if (!isOver) {
                assertThat(died.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                points.add(operation + " " + boundary + ": " + diedAt.get());
                installation.restart(installation.life());
            }
            settle();
            removeAll();
        }
    }

    private void removeAll() {
        for (int number = 0; number < tenants.all().size(); number++) {
            tenants.delete(number);
        }
        settle();
    }

    private void settle() {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(this::isSettled);
        for (var ordered : tenants.all()) {
            assertThat(truth.faults(ordered)).isEmpty();
        }
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(truth.leaks()).isEmpty());
    }

    private boolean isDone() {
        return isSettled()
                && truth.leaks().isEmpty()
                && tenants.all().stream().allMatch(ordered -> truth.faults(ordered).isEmpty());
    }

    private boolean isSettled() {
        return tenants.all().stream().allMatch(truth::isSettled);
    }

    private int newest() {
        return tenants.all().size() - 1;
    }

    private MachineId activeMachine() {
        return installation.machines.active(tenants.all().getLast().id()).orElseThrow().machine();
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
