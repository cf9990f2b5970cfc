package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six load balancers, twelve places: three may be dead, four are too many. */
class BrakeTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int LOAD_BALANCERS = 6;
    private static final int TOO_MANY = 4;

    private final Ground ground = new Ground();
    private final List<LoadBalancerId> ids = new ArrayList<>();
    private TestProvisioner provisioner;

    @BeforeEach
    void start(@TempDir Path folder) {
        provisioner =
                new TestProvisioner(
                        ground,
                        folder,
                        "127.64.0.0/12",
                        MoveSettings.DEFAULT,
                        new BrakeSettings(
                                true, 0.3, 3, Duration.ofMinutes(5), Duration.ofSeconds(3)));
        for (int i = 0; i < LOAD_BALANCERS; i++) {
            ids.add(ground.order("brake-" + i, Orders.ephemeral(80, "127.0.0.1")));
        }
        ids.forEach(id -> await().atMost(LIMIT).until(() -> isRedundant(id)));
        await().atMost(LIMIT)
                .until(() -> brake("places") == 2 * LOAD_BALANCERS && brake("allowed") == 3);
    }

    @AfterEach
    void stop() {
        provisioner.close();
        ground.close();
    }

    @Test
    void tooManyDeadMachinesAreNotReplacedUntilTheyReturn() throws Exception {
        var dead = killStandbys(TOO_MANY);

        awaitEngaged();

        // One whose peer dies as well is replaced: the brake keeps nobody down.
        var down = ids.getFirst();
        provisioner.driver.kill(provisioner.active(down));
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(provisioner.driver.owned(down))
                                .hasSize(2)
                                .doesNotContain(dead.getFirst()));
        assertThat(provisioner.driver.owned()).containsAll(dead.subList(1, TOO_MANY));
        assertThat(ground.events(ids.get(1)))
                .contains("REPLACEMENT_STOPPED")
                .doesNotContain("MACHINE_REPLACED");

        for (var machine : dead.subList(1, TOO_MANY)) {
            provisioner.driver.comesBack(machine);
            ground.ask(
                    "select 1 from enqueue_work(:id, 'TEST')",
                    ids.get(dead.indexOf(machine)),
                    Integer.class);
        }

        await().atMost(LIMIT).until(() -> brake("case when engaged_at is null then 0 end") == 0);
        ids.forEach(id -> await().atMost(LIMIT).until(() -> isRedundant(id)));
        assertThat(provisioner.driver.owned()).containsAll(dead.subList(1, TOO_MANY));
        assertThat(provisioner.meters.get("plimsoll.brake.engaged").gauge().value()).isZero();
    }

    @Test
    void operatorReleasesTheBrake() {
        var dead = killStandbys(TOO_MANY);
        awaitEngaged();

        ground.sql().sql("update brake set released_at = clock_timestamp()").update();

        ids.forEach(id -> await().atMost(LIMIT).until(() -> isRedundant(id)));
        assertThat(provisioner.driver.owned()).doesNotContainAnyElementsOf(dead);
        assertThat(ground.events(ids.getFirst()))
                .contains("REPLACEMENT_STOPPED", "REPLACEMENT_RESUMED", "MACHINE_REPLACED");
    }

    @Test
    void agentsThatAreOnlySilentAreNeitherReplacedNorCounted() {
        var before = List.copyOf(provisioner.driver.owned());
        for (var id : ids.subList(0, TOO_MANY)) {
            var standby = provisioner.living(id, "'STANDBY'").getFirst();
            provisioner.driver.agent(standby).close();
        }
        ids.subList(0, TOO_MANY)
                .forEach(id ->
                        await().atMost(LIMIT)
                                .until(() ->
                                        ground.condition(id, "REDUNDANT")
                                                .equals("FALSE NO_STANDBY")));

        assertThat(provisioner.driver.owned()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(brake("dead")).isZero();
    }

    private List<MachineId> killStandbys(int count) {
        var dead =
                ids.subList(0, count).stream()
                        .map(id -> provisioner.living(id, "'STANDBY'").getFirst())
                        .toList();
        dead.forEach(provisioner.driver::kill);
        return dead;
    }

    private void awaitEngaged() {
        await().atMost(LIMIT)
                .until(() -> brake("case when engaged_at is null then 0 else 1 end") == 1);
        assertThat(provisioner.meters.get("plimsoll.brake.engaged").gauge().value()).isOne();
        assertThat(brake("dead")).isEqualTo(TOO_MANY);
    }

    private int brake(String column) {
        var value =
                ground.sql()
                        .sql("select " + column + " from brake")
                        .query(Integer.class)
                        .optional();
        return value.orElse(-1);
    }

    private boolean isRedundant(LoadBalancerId id) {
        return ground.isReady(id) && ground.condition(id, "REDUNDANT").equals("TRUE STANDBY");
    }
}
