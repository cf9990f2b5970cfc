package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifeOfALoadBalancerTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Ground ground = new Ground();
    private TestProvisioner provisioner;

    @BeforeAll
    void start(@TempDir Path folder) {
        provisioner = new TestProvisioner(ground, folder);
    }

    @AfterAll
    void stop() {
        provisioner.close();
        ground.close();
    }

    @BeforeEach
    void calmDown() {
        provisioner.afterEachStep(_ -> {});
        provisioner.driver.answer = null;
        provisioner.driver.nextEnsure = null;
    }

    @Test
    void orderBecomesReadyAndRedundant() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));

        awaitReady(id);

        await().atMost(LIMIT).until(() -> ground.condition(id, "REDUNDANT").equals("TRUE STANDBY"));
        assertThat(ground.count("address", id)).isEqualTo(2);
        assertThat(ground.count("listener_claim", id)).isEqualTo(2);
        assertThat(ground.events(id)).contains("CREATED", "CONFIG_APPLIED", "READY");
        await().atMost(LIMIT).until(() -> ground.count("work_item", id) == 0);
    }

    @Test
    void updateReachesTheActiveAgent() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitReady(id);

        ground.update(id, Orders.ephemeral(81, "127.0.0.2"));

        awaitReady(id);
        assertThat(provisioner.driver.agent(provisioner.active(id)).applied().generation())
                .isEqualTo(2);
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(
                                        ground.ask(
                                                """
                                                select string_agg(distinct port::text, ',')
                                                from listener_claim
                                                where load_balancer_id = :id
                                                """,
                                                id,
                                                String.class))
                                .isEqualTo("81"));
    }

    @Test
    void anotherSizeOfThePlanReachesBothAgents() {
        ground.sql()
                .sql("insert into plan values ('eu01', 'p-sized', 'n', 'd', 'f', 1000)")
                .update();
        var order = Orders.ephemeral(80, "127.0.0.1").replace("p10", "p-sized");
        var id = ground.order(name(), order);
        awaitRedundant(id);

        ground.sql().sql("update plan set max_connections = 1001 where id = 'p-sized'").update();
        ground.ask("select 1 from enqueue_work(:id, 'PLAN')", id, Integer.class);

        await().atMost(LIMIT).until(() -> newest(id, "document").contains("1001"));
        var revision = Long.parseLong(newest(id, "revision::text"));
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(provisioner.living(id, "'ACTIVE', 'STANDBY'"))
                                .hasSize(2)
                                .allSatisfy(machine ->
                                        assertThat(
                                                        provisioner
                                                                .driver
                                                                .agent(machine)
                                                                .applied()
                                                                .revision())
                                                .isEqualTo(revision)));
        assertThat(ground.isReady(id)).isTrue();
    }

    @Test
    void deadActiveMachineIsReplacedAndThePeerTakesOver() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitRedundant(id);
        var dead = provisioner.active(id);

        provisioner.driver.kill(dead);

        await().atMost(LIMIT).until(() -> ground.events(id).contains("FAILOVER"));
        awaitRedundant(id);
        assertThat(provisioner.driver.owned(id)).hasSize(2).doesNotContain(dead);
        assertThat(ground.events(id)).contains("MACHINE_REPLACED");
        assertThat(ground.isReady(id)).isTrue();
    }

    @Test
    void silentMachineThatRunsIsNotReplaced() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitRedundant(id);
        var silent = provisioner.active(id);

        provisioner.driver.agent(silent).close();

        await().atMost(LIMIT)
                .until(() -> ground.condition(id, "SERVING").equals("UNKNOWN AGENT_SILENT"));
        await().atMost(LIMIT)
                .until(() ->
                        ground.ask(
                                        "select attempt from work_item where"
                                                + " load_balancer_id = :id",
                                        id,
                                        Integer.class)
                                >= 3);
        assertThat(provisioner.driver.owned(id)).contains(silent).hasSize(2);
        assertThat(
                        ground.ask(
                                "select waiting_for from work_item where load_balancer_id = :id",
                                id,
                                String.class))
                .contains(silent.toString());
    }

    @Test
    void deletedLoadBalancerLeavesNothing() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitRedundant(id);

        ground.delete(id);

        awaitGone(id);
    }

    @Test
    void deletionDuringCreationLeavesNothing() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        ground.delete(id);

        awaitGone(id);
    }

    @Test
    void secondClaimantGetsTheAddressWhenTheFirstIsGone() {
        var first = ground.order(name(), Orders.fixed("127.0.0.9", 80, "127.0.0.1"));
        awaitReady(first);

        var second = ground.order(name(), Orders.fixed("127.0.0.9", 80, "127.0.0.1"));

        await().atMost(LIMIT)
                .until(() ->
                        ground.condition(second, "FEASIBLE")
                                .equals("FALSE TYPE_FIP_NOT_CONFIGURED"));
        assertThat(ground.isReady(first)).isTrue();
        ground.delete(first);
        awaitReady(second);
    }

    @Test
    void promotedEphemeralAddressStaysAllocated() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitReady(id);
        var address =
                ground.ask(
                        """
                        select host(address) from address
                        where load_balancer_id = :id and kind = 'EPHEMERAL'
                        """,
                        id,
                        String.class);

        ground.update(id, Orders.fixed(address, 80, "127.0.0.1"));

        awaitReady(id);
        await().atMost(LIMIT).until(() -> ground.count("work_item", id) == 0);
        assertThat(ground.count("address", id)).isEqualTo(2);
        assertThat(ground.count("listener_claim", id)).isEqualTo(2);
    }

    @Test
    void addressInUseIsAnErrorThatHealsByItself() {
        provisioner.driver.answer =
                config -> refusal(config, Refusal.ADDRESS_IN_USE, "127.0.0.1:80 is in use");
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        await().atMost(LIMIT)
                .until(() ->
                        ground.condition(id, "FEASIBLE").equals("FALSE TYPE_PORT_NOT_CONFIGURED"));
        assertThat(ground.isReady(id)).isFalse();

        provisioner.driver.answer = null;

        awaitReady(id);
        assertThat(ground.events(id)).contains("CONFIG_REFUSED");
    }

    @Test
    void refusedPortNamesTheWayToAllowIt() {
        provisioner.driver.answer =
                config -> refusal(config, Refusal.PORT_NOT_PERMITTED, "port 80");
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));

        await().atMost(LIMIT)
                .until(() ->
                        ground.condition(id, "FEASIBLE").equals("FALSE TYPE_PORT_NOT_CONFIGURED"));
        assertThat(
                        ground.ask(
                                """
                                select message from condition
                                where load_balancer_id = :id and type = 'FEASIBLE'
                                """,
                                id,
                                String.class))
                .contains("ip_unprivileged_port_start", "CAP_NET_BIND_SERVICE");
    }

    @Test
    void driversPermanentFailureIsTheLoadBalancersErrorUntilItPasses() {
        provisioner.driver.nextEnsure =
                new MachineOutcome.Quota("TYPE_QUOTA_SECGROUP_EXCEEDED", "no more groups");
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        await().atMost(LIMIT)
                .until(() ->
                        ground.condition(id, "FEASIBLE")
                                .equals("FALSE TYPE_QUOTA_SECGROUP_EXCEEDED"));

        provisioner.driver.nextEnsure = null;

        awaitReady(id);
    }

    @Test
    void agentThatIsAheadOfARestoredDatabaseGetsAHigherRevision() {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitReady(id);
        ground.update(id, Orders.ephemeral(80, "127.0.0.2"));
        awaitRedundant(id);
        var before = provisioner.driver.agent(provisioner.active(id)).applied().revision();
        ground.sql()
                .sql("delete from config_revision where load_balancer_id = :id and revision = :r")
                .param("id", id.value())
                .param("r", before)
                .update();

        ground.update(id, Orders.ephemeral(80, "127.0.0.3"));

        awaitReady(id);
        assertThat(provisioner.driver.agent(provisioner.active(id)).applied().revision())
                .isGreaterThan(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void creationSurvivesACrashAfterAnyStep(int step) {
        var crash = new CrashAfter(step);
        provisioner.afterEachStep(crash);

        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));

        awaitRedundant(id);
        assertThat(crash.hasHappened()).isTrue();
        assertThat(provisioner.driver.owned(id))
                .containsExactlyInAnyOrderElementsOf(provisioner.living(id, "'STANDBY', 'ACTIVE'"));
        assertThat(ground.count("machine", id)).isEqualTo(2);
        assertThat(ground.count("config_revision", id)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void deletionSurvivesACrashAfterAnyStep(int step) {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitRedundant(id);
        var crash = new CrashAfter(step);
        provisioner.afterEachStep(crash);

        ground.delete(id);

        awaitGone(id);
        assertThat(crash.hasHappened()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void replacementSurvivesACrashAfterAnyStep(int step) {
        var id = ground.order(name(), Orders.ephemeral(80, "127.0.0.1"));
        awaitRedundant(id);
        var crash = new CrashAfter(step);
        provisioner.afterEachStep(crash);
        var dead = provisioner.active(id);

        provisioner.driver.kill(dead);

        await().atMost(LIMIT).until(() -> !provisioner.driver.owned(id).contains(dead));
        awaitRedundant(id);
        assertThat(crash.hasHappened()).isTrue();
        assertThat(provisioner.driver.owned(id)).hasSize(2);
    }

    private static String name() {
        return "lb-" + NAMES.incrementAndGet();
    }

    private static ConfigRefused refusal(AgentConfig config, Refusal code, String detail) {
        return new ConfigRefused(config.revision(), code, "/listeners/0/port", detail);
    }

    private String newest(LoadBalancerId id, String column) {
        return ground.ask(
                "select "
                        + column
                        + """
                         from config_revision where load_balancer_id = :id
                        order by revision desc limit 1
                        """,
                id,
                String.class);
    }

    private void awaitReady(LoadBalancerId id) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(() -> ground.isReady(id));
    }

    private void awaitRedundant(LoadBalancerId id) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(() ->
                        ground.isReady(id)
                                && ground.condition(id, "REDUNDANT").startsWith("TRUE")
                                && provisioner.living(id, "'STANDBY', 'ACTIVE'").size() == 2);
    }

    private void awaitGone(LoadBalancerId id) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(() -> ground.isRemoved(id));
        await().atMost(LIMIT).until(() -> ground.count("work_item", id) == 0);
        assertThat(provisioner.driver.owned(id)).isEmpty();
        for (var table :
                new String[] {
                    "address",
                    "listener_claim",
                    "condition",
                    "agent_status",
                    "target_health",
                    "config_revision",
                    "traffic_minute",
                    "traffic_hour"
                }) {
            assertThat(ground.count(table, id)).as(table).isZero();
        }
        for (var table : new String[] {"enrolment_token", "agent_certificate"}) {
            assertThat(
                            ground.ask(
                                    "select count(*) from "
                                            + table
                                            + " t join machine m on m.id = t.machine_id"
                                            + " where m.load_balancer_id = :id",
                                    id,
                                    Integer.class))
                    .as(table)
                    .isZero();
        }
        assertThat(ground.events(id)).last().isEqualTo("DELETED");
    }
}
