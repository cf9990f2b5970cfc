package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.Hello;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.WorkQueue;
import dev.plimsoll.provisioner.work.WorkSettings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who lives, and whose word counts, told from rows alone. */
class RosterTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LIFETIME = Duration.ofSeconds(3);
    private static final GatewayAddress HERE = new GatewayAddress("10.0.0.1", 1);
    private static final GatewayAddress THERE = new GatewayAddress("10.0.0.2", 2);

    private final Ground ground = new Ground();
    private final WorkQueue queue =
            new WorkQueue(
                    ground.database(),
                    "frozen",
                    new WorkSettings(
                            1, 1, LIMIT, LIMIT, LIMIT, Duration.ofMinutes(1), 100, Duration.ZERO));
    private final AgentRecords records = new AgentRecords(ground.database(), queue);
    private final Roster frozen = roster("frozen");
    private final Roster awake = roster("awake");

    @AfterEach
    void close() {
        ground.close();
    }

    @Test
    void whoIsSilentIsStruckOffAndWhatItWorkedOnIsFree() {
        frozen.enter(HERE);
        awake.enter(THERE);
        var id = ground.order("web", Orders.ephemeral(80, "127.0.0.1"));
        lease(id);

        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(this::strikesOff);

        assertThat(awake.beat()).isTrue();
        assertThat(awake.living()).containsExactly(THERE);
        assertThat(ground.ask(OWNER, id, String.class)).isEqualTo("nobody");
        assertThat(frozen.beat()).isFalse();
        assertThat(frozen.life()).isNull();

        frozen.enter(HERE);
        assertThat(frozen.beat()).isTrue();
        assertThat(awake.beat()).isTrue();
        assertThat(awake.living()).containsExactly(THERE, HERE);
    }

    /** After an outage of the database everybody has been silent. */
    @Test
    void nobodyIsStruckOffByOneThatWasSilentItself() {
        frozen.enter(HERE);
        awake.enter(THERE);
        await().atMost(LIMIT).until(() -> awake.living().isEmpty());

        awake.beat();

        assertThat(awake.strikeOffSilent()).isZero();
        assertThat(frozen.beat()).isTrue();
    }

    @Test
    void nameOfALivingProcessIsRefusedAndOfASilentOneElsewhereIsTaken() {
        frozen.enter(HERE);
        assertThatThrownBy(() -> roster("frozen").enter(THERE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("10.0.0.1:1");

        ground.sql().sql("update gateway set process = 'elsewhere'").update();
        roster("frozen").enter(THERE);

        assertThat(awake.living()).containsExactly(THERE);
        assertThat(frozen.beat()).isFalse();
    }

    @Test
    void nameOfAProcessBesideThisOneThatHasEndedIsTakenAtOnce() throws Exception {
        frozen.enter(HERE);
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();
        ground.sql()
                .sql(
                        "update gateway set seen_at = now() + interval '1 hour', process ="
                                + " regexp_replace(process, '/\\d+/', '/' || :pid || '/')")
                .param("pid", Long.toString(ended.pid()))
                .update();

        roster("frozen").enter(THERE);

        assertThat(frozen.beat()).isFalse();
    }

    @Test
    void whatComesLateOnAnOlderStreamDoesNotCount() {
        frozen.enter(HERE);
        awake.enter(THERE);
        var id = ground.order("web", Orders.ephemeral(80, "127.0.0.1"));
        var machine = machine(id);
        var older = records.entryOf(new AgentIdentity(machine, 1)).orElseThrow();
        var newer = records.entryOf(new AgentIdentity(machine, 1)).orElseThrow();
        var session = UUID.randomUUID();

        assertThat(records.connected(newer, session, awake.life(), hello(id, machine))).isTrue();
        assertThat(records.connected(older, UUID.randomUUID(), frozen.life(), hello(id, machine)))
                .isFalse();

        assertThat(
                        ground.sql()
                                .sql("select session_id from agent_status")
                                .query(UUID.class)
                                .single())
                .isEqualTo(session);
    }

    @Test
    void whatAGatewaySaysThatIsNotOnTheRosterDoesNotCount() {
        frozen.enter(HERE);
        var id = ground.order("web", Orders.ephemeral(80, "127.0.0.1"));
        var machine = machine(id);
        var entry = records.entryOf(new AgentIdentity(machine, 1)).orElseThrow();
        ground.sql().sql("delete from gateway").update();

        assertThat(records.connected(entry, UUID.randomUUID(), frozen.life(), hello(id, machine)))
                .isFalse();
        assertThat(new DesiredReads(ground.database()).order(machine)).contains(VipOrder.CLAIM);
    }

    @Test
    void lastOfTwoThatArriveAtTheSameTimeAsksForTheLook() throws Exception {
        awake.enter(HERE);
        var id = ground.order("web", Orders.ephemeral(80, "127.0.0.1"));
        var machines = List.of(machine(id, 0), machine(id, 1));
        ground.sql()
                .sql(
                        "update work_item set reason = 'START', not_before = now() + interval '1"
                                + " hour'")
                .update();

        var second =
                ground.inTransaction(() -> {
                    assertThat(arrives(id, machines.getFirst())).isTrue();
                    var arrival =
                            CompletableFuture.supplyAsync(() -> arrives(id, machines.getLast()));
                    await().atMost(LIMIT).until(this::isSomebodyWaiting);
                    return arrival;
                });

        assertThat(second.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(ground.ask(IS_DUE, id, Boolean.class)).isTrue();
    }

    private boolean arrives(LoadBalancerId id, MachineId machine) {
        var entry = records.entryOf(new AgentIdentity(machine, 1)).orElseThrow();
        return records.connected(entry, UUID.randomUUID(), awake.life(), hello(id, machine));
    }

    private boolean isSomebodyWaiting() {
        return ground.sql()
                        .sql(
                                """
                                select count(*) from pg_stat_activity
                                where wait_event_type = 'Lock' and datname = current_database()
                                """)
                        .query(Integer.class)
                        .single()
                == 1;
    }

    private static final String IS_DUE =
            "select not_before <= clock_timestamp() from work_item where load_balancer_id = :id";
    private static final String OWNER =
            "select coalesce(lease_owner, 'nobody') from work_item where load_balancer_id = :id";

    private boolean strikesOff() {
        return awake.beat() && awake.strikeOffSilent() == 1;
    }

    private void lease(LoadBalancerId id) {
        ground.sql()
                .sql(
                        """
                        update work_item set lease_owner = 'frozen',
                            lease_until = now() + interval '1 hour' where load_balancer_id = :id
                        """)
                .param("id", id.value())
                .update();
    }

    private MachineId machine(LoadBalancerId id) {
        return machine(id, 0);
    }

    private MachineId machine(LoadBalancerId id, int slot) {
        return ground.sql()
                .sql(
                        """
                        insert into machine (id, project_id, load_balancer_id, slot,
                            incarnation, driver, state)
                        select uuidv7(), project_id, id, :slot, 1, 'x', 'CREATING'
                        from load_balancer where id = :id returning id
                        """)
                .param("id", id.value())
                .param("slot", slot)
                .query((row, _) -> new MachineId(row.getObject(1, UUID.class)))
                .single();
    }

    private static Hello hello(LoadBalancerId id, MachineId machine) {
        return new Hello(
                machine.value(), 1, id.value(), 1, "1", null, 1, Role.STANDBY, 1_000, null, false);
    }

    private Roster roster(String instance) {
        var settings =
                new GatewaySettings(
                        "127.0.0.1",
                        "127.0.0.1",
                        0,
                        LIMIT,
                        LIMIT,
                        Duration.ofMillis(100),
                        LIFETIME,
                        1000,
                        0,
                        LIMIT,
                        LIMIT,
                        1,
                        1,
                        1,
                        LIMIT,
                        LIMIT,
                        LIMIT,
                        new GatewaySettings.Failures(1, 1, 1));
        return new Roster(ground.database(), queue, instance, settings);
    }
}
