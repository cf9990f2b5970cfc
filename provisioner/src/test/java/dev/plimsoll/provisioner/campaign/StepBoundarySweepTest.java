package dev.plimsoll.provisioner.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The provisioner dies before and after each of its effects, commits and calls of the driver, of
 * one operation after the other, and another takes over. Most of it is waiting for leases to pass,
 * so that several stages are played on side by side.
 */
@ExtendWith(QuietAboutFaults.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StepBoundarySweepTest {
    private static final int STAGES = 4;
    private static final int WANTED = 60;

    private final Queue<String> points = new ConcurrentLinkedQueue<>();
    private final List<Stage> stages = new ArrayList<>();
    private final ExecutorService players = Executors.newFixedThreadPool(STAGES);

    @BeforeAll
    void start(@TempDir Path folder) {
        for (int i = 0; i < STAGES; i++) {
            stages.add(new Stage(folder.resolve("stage-" + i)));
        }
    }

    @AfterAll
    void stop() throws InterruptedException {
        players.shutdownNow();
        for (var stage : stages) {
            stage.close();
        }
        assertThat(points).as("points at which it was killed").hasSizeGreaterThanOrEqualTo(WANTED);
    }

    @Test
    void creationSurvivesADeathAtEveryBoundary() throws Exception {
        sweep("create", _ -> {}, stage -> stage.tenants.create(Order.simple(80)));
    }

    @Test
    void changeOfAddressPortAndPlanSurvivesADeathAtEveryBoundary() throws Exception {
        sweep(
                "update",
                stage -> stage.tenants.create(Order.simple(80)),
                stage ->
                        stage.tenants.update(
                                stage.newest(), new Order("p50", "192.0.2.7", 81, "10.0.0.2", "")));
    }

    @Test
    void replacementOfADeadMachineSurvivesADeathAtEveryBoundary() throws Exception {
        sweep(
                "replace",
                stage -> stage.tenants.create(Order.simple(80)),
                stage -> stage.installation.machines.crash(stage.activeMachine()));
    }

    @Test
    void deletionSurvivesADeathAtEveryBoundary() throws Exception {
        sweep(
                "delete",
                stage -> stage.tenants.create(Order.simple(80)),
                stage -> stage.tenants.delete(stage.newest()));
    }

    /** With a death one boundary later each time, until the operation is done before. */
    private void sweep(String operation, Stage.Part before, Stage.Part operate)
            throws InterruptedException, ExecutionException {
        var next = new AtomicInteger(1);
        var isOver = new AtomicBoolean();
        var played = new ArrayList<Future<?>>();
        for (var stage : stages) {
            played.add(
                    players.submit(() -> {
                        while (!isOver.get()) {
                            int boundary = next.getAndIncrement();
                            stage.play(boundary, before, operate)
                                    .ifPresentOrElse(
                                            at ->
                                                    points.add(
                                                            operation + " " + boundary + ": " + at),
                                            () -> isOver.set(true));
                        }
                        return null;
                    }));
        }
        for (var each : played) {
            each.get();
        }
    }
}
