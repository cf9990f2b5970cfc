package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.Heartbeat;
import dev.plimsoll.agent.protocol.AgentMessage.PeerHeard;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Planned moves through database, gateway and agents that speak the real protocol. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MovesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final MoveSettings MOVES =
            new MoveSettings(
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(2));
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Ground ground = new Ground();
    private TestProvisioner provisioner;

    @BeforeAll
    void start(@TempDir Path folder) {
        provisioner =
                new TestProvisioner(ground, folder, "127.64.0.0/12", MOVES, BrakeSettings.DEFAULT);
    }

    @AfterAll
    void stop() {
        provisioner.close();
        ground.close();
    }

    @Test
    void replacedActiveMachineLeavesTheVipThenKeepsItsConnectionsThenGoes() {
        var id = redundant();
        var old = provisioner.active(id);
        var peer = provisioner.living(id, "'STANDBY'").getFirst();

        replace(id, old);

        await().atMost(LIMIT).until(() -> stateOf(old).equals("DRAINING"));
        provisioner.driver.agent(old).say(new Heartbeat(3));
        await().atMost(LIMIT).until(() -> provisioner.living(id, "'ACTIVE'").equals(List.of(peer)));
        await().atMost(LIMIT)
                .until(() -> provisioner.living(id, "'ACTIVE', 'STANDBY'").size() == 2);
        assertThat(stateOf(old)).isEqualTo("DRAINING");
        assertThat(provisioner.driver.owned(id)).hasSize(3);

        provisioner.driver.agent(old).say(new Heartbeat(0));

        await().atMost(LIMIT).until(() -> stateOf(old).equals("DELETED"));
        assertThat(provisioner.driver.owned(id)).hasSize(2).doesNotContain(old).contains(peer);
        assertThat(lastFailover(id))
                .containsEntry("cause", "REPLACEMENT")
                .containsEntry("from_machine", old.value())
                .containsEntry("to_machine", peer.value());
        assertThat(ground.isReady(id)).isTrue();
    }

    @Test
    void bothMachinesAreReplacedOneAfterTheOther() {
        var id = redundant();
        var old = provisioner.living(id, "'ACTIVE', 'STANDBY'");

        old.forEach(machine -> replace(id, machine));

        await().atMost(LIMIT)
                .untilAsserted(() -> {
                    var owned = provisioner.driver.owned(id);
                    owned.forEach(
                            machine -> provisioner.driver.agent(machine).say(new Heartbeat(0)));
                    assertThat(owned).hasSize(2).doesNotContainAnyElementsOf(old);
                });
        await().atMost(LIMIT).until(() -> isRedundant(id));
    }

    @Test
    void vipMovesWhereSomebodyAskedForIt() {
        var id = redundant();
        var old = provisioner.active(id);
        provisioner.driver.agent(old).say(new Heartbeat(12));
        await().atMost(LIMIT).until(() -> hasBeaten(old));

        ground.sql()
                .sql(
                        """
                        update machine
                        set yield_reason = 'FAILOVER', yield_requested_at = clock_timestamp(),
                            last_yield_reason = 'FAILOVER', last_yield_at = clock_timestamp()
                        where id = :id
                        """)
                .param("id", old.value())
                .update();

        await().atMost(LIMIT)
                .until(() ->
                        !provisioner.living(id, "'ACTIVE'").contains(old)
                                && isRedundant(id)
                                && standing(id) == 0);
        assertThat(lastFailover(id))
                .containsEntry("cause", "FAILOVER")
                .containsEntry("connections", 12)
                .containsKey("gap_millis");
        assertThat(ground.events(id)).contains("FAILOVER").doesNotContain("MACHINE_REPLACED");
    }

    @Test
    void ofTwoActiveAgentsTheOlderLeavesAndComesBackAsStandby() {
        var id = redundant();
        var older = provisioner.active(id);
        var later = provisioner.living(id, "'STANDBY'").getFirst();

        provisioner.driver.agent(later).become(Role.ACTIVE);

        await().atMost(LIMIT).until(() -> stateOf(older).equals("STANDBY"));
        assertThat(provisioner.active(id)).isEqualTo(later);
        assertThat(standing(id)).isOne();
        await().atMost(LIMIT).until(() -> !isRedundant(id));
        provisioner.driver.agent(older).say(new PeerHeard());
        await().atMost(LIMIT).until(() -> isRedundant(id) && standing(id) == 0);
        assertThat(
                        ground.sql()
                                .sql("select last_yield_reason from machine where id = :id")
                                .param("id", older.value())
                                .query(String.class)
                                .single())
                .isEqualTo("PARTITION");
    }

    @Test
    void deathIsKnownWithWhatItCost() {
        var id = redundant();
        var lost = provisioner.active(id);
        provisioner.driver.agent(lost).say(new Heartbeat(7));
        await().atMost(LIMIT).until(() -> hasBeaten(lost));

        provisioner.driver.kill(lost);

        await().atMost(LIMIT).until(() -> isRedundant(id) && !provisioner.active(id).equals(lost));
        assertThat(lastFailover(id))
                .containsEntry("cause", "MACHINE_DIED")
                .containsEntry("from_machine", lost.value())
                .containsEntry("connections", 7);
        assertThat(lastFailover(id).get("detected_at")).isNotNull();
    }

    private LoadBalancerId redundant() {
        var id = ground.order("move-" + NAMES.incrementAndGet(), Orders.ephemeral(80, "127.0.0.1"));
        await().atMost(LIMIT).until(() -> isRedundant(id));
        return id;
    }

    private boolean isRedundant(LoadBalancerId id) {
        return ground.isReady(id) && ground.condition(id, "REDUNDANT").equals("TRUE STANDBY");
    }

    private int standing(LoadBalancerId id) {
        return ground.ask(
                """
                select count(*) from machine
                where load_balancer_id = :id and yield_reason is not null and state <> 'DELETED'
                """,
                id,
                Integer.class);
    }

    private void replace(LoadBalancerId id, MachineId machine) {
        ground.sql()
                .sql(
                        """
                        update machine
                        set replace_reason = 'OPERATOR', replace_requested_at = clock_timestamp()
                        where id = :id
                        """)
                .param("id", machine.value())
                .update();
        ground.sql()
                .sql("select enqueue_work(:id, 'REPLACEMENT')")
                .param("id", id.value())
                .query()
                .listOfRows();
    }

    private String stateOf(MachineId machine) {
        return ground.sql()
                .sql("select state from machine where id = :id")
                .param("id", machine.value())
                .query(String.class)
                .single();
    }

    private boolean hasBeaten(MachineId machine) {
        return ground.sql()
                        .sql("select count(*) from agent_heartbeat where machine_id = :id")
                        .param("id", machine.value())
                        .query(Integer.class)
                        .single()
                == 1;
    }

    private Map<String, Object> lastFailover(LoadBalancerId id) {
        return ground.sql()
                .sql("select * from failover where load_balancer_id = :id order by id desc limit 1")
                .param("id", id.value())
                .query()
                .singleRow();
    }
}
