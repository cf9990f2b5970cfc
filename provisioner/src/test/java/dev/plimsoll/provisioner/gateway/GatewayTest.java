package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.ca.CaSettings;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.WorkQueue;
import dev.plimsoll.provisioner.work.WorkSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String SHA = "0".repeat(64);

    @TempDir Path folder;
    private final Ground ground = new Ground();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<FakeAgent> agents = new ArrayList<>();
    private LoadBalancerId loadBalancer;
    private Gateway gateway;
    private GatewayBootstraps bootstraps;

    @BeforeEach
    void open() {
        gateway = gateway(settings(256, Duration.ofSeconds(15)), "gateway");
        loadBalancer = ground.order("web", Orders.ephemeral(80, "127.0.0.1"));
    }

    @AfterEach
    void close() {
        agents.forEach(FakeAgent::close);
        gateway.close();
        ground.close();
    }

    @Test
    void newestConfigurationGreetsTheAgentAndItsAnswerIsWrittenDown() throws Exception {
        publish(1);
        publish(2);
        var agent = agent(0);
        agent.enrol();

        agent.dial();

        assertThat(agent.hear())
                .isInstanceOfSatisfying(
                        GatewayMessage.ConfigPushed.class,
                        pushed -> assertThat(pushed.revision()).isEqualTo(2));
        await().atMost(LIMIT).until(() -> status("applied_revision").equals("2"));
        assertThat(status("connected")).isEqualTo("true");
        assertThat(ground.count("work_item", loadBalancer)).isEqualTo(1);
    }

    @Test
    void publishedConfigurationIsPushedToBothAgents() throws Exception {
        var first = connected(0);
        var second = connected(1);
        publish(1);

        gateway.onConfig(loadBalancer);

        assertThat(first.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
        assertThat(second.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
    }

    @Test
    void orderToLeaveTheVipIsGivenAndTakenBackThoughItsNotificationsAreLost() throws Exception {
        var agent = connected(0);

        wantYield("FAILOVER");
        assertThat(agent.hear()).isEqualTo(new GatewayMessage.YieldVip("FAILOVER", 30_000));

        wantYield(null);
        assertThat(agent.hear()).isEqualTo(new GatewayMessage.ClaimVip());
    }

    @Test
    void agentThatIsBackIsToldWhatHasChangedMeanwhile() throws Exception {
        var agent = connected(0);
        wantYield("REPLACEMENT");
        assertThat(agent.hear()).isInstanceOf(GatewayMessage.YieldVip.class);
        agent.close();
        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        wantYield(null);

        agent.dial();

        assertThat(agent.hear()).isEqualTo(new GatewayMessage.ClaimVip());
    }

    @Test
    void machineThatDrainsIsToldToGiveTheVipUpAndOneThatIsToGoToEnd() throws Exception {
        var draining = connected(0);
        var ending = connected(1);

        setDraining(0, "clock_timestamp() + interval '1 minute'");
        setDraining(1, "null");

        assertThat(draining.hear()).isInstanceOf(GatewayMessage.Drain.class);
        assertThat(ending.hear()).isInstanceOf(GatewayMessage.Retired.class);
    }

    @Test
    void agentOfBeforeTheseOrdersIsGivenNone() throws Exception {
        var agent = agent(0);
        agent.enrol();
        var hello = agent.hello();
        agent.dial(
                new AgentMessage.Hello(
                        hello.machineId(),
                        hello.incarnation(),
                        hello.loadBalancerId(),
                        hello.pid(),
                        hello.agentVersion(),
                        hello.adminAddress(),
                        hello.connectionLimit(),
                        hello.role(),
                        hello.roleSinceEpochMillis(),
                        hello.applied(),
                        null));
        await().atMost(LIMIT).until(() -> status("connected").equals("true"));
        wantYield("FAILOVER");
        gateway.onMachine(machineOf(0));
        publish(1);
        gateway.onConfig(loadBalancer);

        assertThat(agent.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
        assertThat(status("yields")).isEqualTo("false");
    }

    @Test
    void configurationWhoseNotificationWasLostIsPushedAllTheSame() throws Exception {
        var agent = connected(0);
        publish(1);

        assertThat(agent.hear()).isInstanceOf(GatewayMessage.ConfigPushed.class);
    }

    @Test
    void agentThatHasTheNewestOrALaterOneIsSentNothing() throws Exception {
        publish(1);
        publish(2);
        for (var revision : List.of(2L, 3L)) {
            var agent = agent(0).withApplied(new AppliedConfig(revision, 1, SHA));
            agent.enrol();
            agent.dial();
            await().atMost(LIMIT)
                    .until(() -> status("applied_revision").equals(revision.toString()));
            gateway.onConfig(loadBalancer);
            agent.say(new AgentMessage.RoleChanged(Role.ACTIVE, revision));
            await().atMost(LIMIT).until(() -> status("role").equals("ACTIVE"));

            assertThat(agent.heard()).isEmpty();
            forgetMachines();
        }
    }

    @Test
    void refusalForAnAddressInUseIsWrittenDownOnceAndTriedAgain() throws Exception {
        var pushes = new AtomicInteger();
        publish(1);
        var agent =
                agent(0).answerWith(config ->
                        pushes.incrementAndGet() < 4
                                ? refusal(config, Refusal.ADDRESS_IN_USE)
                                : null);
        agent.enrol();
        agent.dial();

        await().atMost(LIMIT).until(() -> status("applied_revision").equals("1"));

        assertThat(pushes).hasValue(4);
        assertThat(status("refused_code")).isEmpty();
        assertThat(
                        ground.ask(
                                "select change from work_item where load_balancer_id = :id",
                                loadBalancer,
                                Long.class))
                .as("spec, connected, refused, applied")
                .isEqualTo(4);
    }

    @Test
    void refusedConfigurationThatCannotHealIsNotSentAgain() throws Exception {
        publish(1);
        var agent = agent(0).answerWith(config -> refusal(config, Refusal.UNSUPPORTED));
        agent.enrol();
        agent.dial();
        await().atMost(LIMIT).until(() -> "UNSUPPORTED".equals(status("refused_code")));
        gateway.onConfig(loadBalancer);
        publish(2);
        gateway.onConfig(loadBalancer);

        await().atMost(LIMIT).until(() -> "2".equals(status("refused_revision")));

        assertThat(agent.heard()).hasSize(2);
    }

    @Test
    void roleHealthAndHeartbeatsAreWrittenDown() throws Exception {
        var agent = connected(0);

        agent.become(Role.ACTIVE);
        agent.say(new AgentMessage.HealthChanged(List.of(target(1), target(2))));
        agent.say(new AgentMessage.Heartbeat(42));

        await().atMost(LIMIT).until(() -> status("role").equals("ACTIVE"));
        await().atMost(LIMIT).until(() -> ground.count("target_health", loadBalancer) == 2);
        await().atMost(LIMIT)
                .until(() ->
                        ground.sql()
                                .sql("select active_connections from agent_heartbeat")
                                .query(Integer.class)
                                .list()
                                .equals(List.of(42)));
    }

    @Test
    void wholeReportReplacesTheTargetsAndAPartialOneDoesNot() throws Exception {
        var agent = connected(0);
        agent.say(new AgentMessage.HealthChanged(List.of(target(1), target(2))));
        agent.say(new AgentMessage.HealthChanged(List.of(target(3))));
        await().atMost(LIMIT).until(() -> ports().equals("1,2,3"));

        agent.say(new AgentMessage.ConfigApplied(new AppliedConfig(1, 1, SHA)));
        agent.say(new AgentMessage.HealthChanged(List.of(target(3), target(4))));

        await().atMost(LIMIT).until(() -> ports().equals("3,4"));
    }

    @Test
    void closedStreamIsADisconnectedAgentAndAReasonToLook() throws Exception {
        var agent = connected(0);
        ground.sql().sql("delete from work_item").update();

        agent.close();

        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        assertThat(ground.count("work_item", loadBalancer)).isEqualTo(1);
    }

    @Test
    void newerStreamOfAMachineReplacesTheOlder() throws Exception {
        var older = connected(0);
        var session = status("session_id");

        older.dialAgain();

        await().atMost(LIMIT).until(() -> !status("session_id").equals(session));
        await().atMost(LIMIT).until(() -> dropped("replaced") == 1);
        await().during(Duration.ofMillis(300))
                .atMost(LIMIT)
                .until(() -> status("connected").equals("true"));
    }

    @Test
    void spentTokenIsRefusedAndCounted() {
        var agent = agent(0);
        assertThat(agent.enrol().statusCode()).isEqualTo(200);

        assertThat(agent.enrol().statusCode()).isEqualTo(403);

        assertThat(refused("enrolment")).isEqualTo(1);
    }

    @Test
    void garbageAtTheEnrolmentDoorIsRefused() {
        assertThat(agent(0).enrol("x".repeat(100_000)).statusCode()).isEqualTo(403);
        assertThat(agent(1).enrol("").statusCode()).isEqualTo(403);
    }

    @Test
    void strangersCertificateIsRefusedInTheHandshakeAndCounted() {
        var stranger = agent(0);
        try (var elsewhere = new Ground()) {
            var id = elsewhere.order("web", Orders.ephemeral(80, "127.0.0.1"));
            var machine = machine(elsewhere, id, 0);
            var clock = InstantSource.system();
            var authority =
                    new CertificateAuthority(
                            elsewhere.database(), folder.resolve("other"), caSettings(), clock);
            authority.load();
            var enrolments = new Enrolments(elsewhere.database(), authority, caSettings(), clock);
            var token = enrolments.newToken(new AgentIdentity(machine.id(), 1));
            stranger.key()
                    .certificate(
                            enrolments.enrol(token, stranger.key().requestPem()).orElseThrow());
        }

        assertThatThrownBy(stranger::dial).isNotNull();

        await().atMost(LIMIT).until(() -> refused("certificate") >= 1);
    }

    @Test
    void agentWithoutACertificateGetsNoStream() {
        assertThatThrownBy(() -> agent(0).dial()).isNotNull();
        assertThat(refused("no_certificate")).isEqualTo(1);
    }

    @Test
    void machineThatIsNotWantedGetsNoStream() throws Exception {
        var agent = agent(0);
        agent.enrol();
        ground.sql().sql("update machine set state = 'DRAINING'").update();

        assertThatThrownBy(agent::dial).isNotNull();

        assertThat(refused("not_living")).isEqualTo(1);
    }

    @Test
    void revokedCertificateGetsNoStream() {
        var agent = agent(0);
        agent.enrol();
        ground.sql().sql("update agent_certificate set revoked_at = now()").update();

        assertThatThrownBy(agent::dial).isNotNull();

        assertThat(refused("not_living")).isEqualTo(1);
    }

    @Test
    void helloOfAnotherMachineEndsTheStream() throws Exception {
        var one = agent(0);
        one.enrol();
        var other = agent(1);

        one.dial(other.hello());

        await().atMost(LIMIT).until(one::isClosed);
        assertThat(dropped("identity")).isEqualTo(1);
        assertThat(ground.count("agent_status", loadBalancer)).isZero();
    }

    @Test
    void anythingBeforeHelloEndsTheStream() throws Exception {
        var agent = agent(0);
        agent.enrol();

        agent.dial(new AgentMessage.Heartbeat(1));

        await().atMost(LIMIT).until(agent::isClosed);
        assertThat(dropped("protocol")).isEqualTo(1);
    }

    @Test
    void garbageEndsTheStream() throws Exception {
        var agent = connected(0);

        agent.sayText("{\"type\":\"Nonsense\"}");

        await().atMost(LIMIT).until(agent::isClosed);
        assertThat(dropped("protocol")).isEqualTo(1);
    }

    @Test
    void agentThatSaysMoreThanCanBeWrittenDownIsDroppedAndMayComeBack() throws Exception {
        gateway.close();
        gateway = gateway(settings(4, Duration.ofSeconds(15)), "gateway");
        var agent = connected(0);

        try (var blocker = ground.database().getConnection()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table work_item in access exclusive mode");
            for (int i = 0; i < 10; i++) {
                agent.say(new AgentMessage.RoleChanged(Role.ACTIVE, i));
            }
            await().atMost(LIMIT).until(agent::isClosed);
            assertThat(dropped("mailbox_full")).isPositive();
            blocker.rollback();
        }

        agent.dialAgain();
        await().atMost(LIMIT).until(() -> status("connected").equals("true"));
    }

    @Test
    void silentStreamIsDropped() throws Exception {
        gateway.close();
        gateway = gateway(settings(256, Duration.ofSeconds(1)), "gateway");

        var agent = connected(0);

        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        assertThat(dropped("silent")).isEqualTo(1);
        assertThat(agent.isClosed()).isTrue();
    }

    @Test
    void agentThatOnlyAnswersPingsKeepsItsStream() throws Exception {
        gateway.close();
        gateway = gateway(settings(256, Duration.ofSeconds(1), Duration.ofMillis(100)), "gateway");

        var agent = connected(0);

        await().during(Duration.ofSeconds(2))
                .atMost(LIMIT)
                .until(() -> !agent.isClosed() && status("connected").equals("true"));
        assertThat(dropped("protocol")).isZero();
    }

    @Test
    void certificateIsRenewedOverAnAuthenticatedConnectionOnly() {
        var agent = agent(0);
        assertThat(agent.renew().statusCode()).isEqualTo(403);
        agent.enrol();

        assertThat(agent.renew().statusCode()).isEqualTo(200);
    }

    @Test
    void retiredAgentIsTold() throws Exception {
        var agent = connected(0);

        gateway.retire(machineOf(0), "not wanted");

        assertThat(agent.hear()).isEqualTo(new GatewayMessage.Retired("not wanted"));
    }

    @Test
    void startVoidsItsOwnStreamsOfAnEarlierLifeAndNoOthers() throws Exception {
        connected(0);
        var other = gateway(settings(256, Duration.ofSeconds(15)), "other");

        other.voidSessions();
        assertThat(status("connected")).isEqualTo("true");
        other.close();
        assertThat(status("connected")).isEqualTo("true");

        gateway(settings(256, Duration.ofSeconds(15)), "gateway").close();
        assertThat(status("connected")).isEqualTo("false");
    }

    @Test
    void largeConfigurationsGoThrough() throws Exception {
        var agent = connected(0);
        publish(1, "x".repeat(4 << 20));

        gateway.onConfig(loadBalancer);

        assertThat(agent.hear())
                .isInstanceOfSatisfying(
                        GatewayMessage.ConfigPushed.class,
                        pushed -> assertThat(pushed.document().length()).isGreaterThan(4 << 20));
    }

    private FakeAgent connected(int slot) throws Exception {
        var agent = agent(slot);
        agent.enrol();
        agent.dial();
        await().atMost(LIMIT)
                .until(() ->
                        ground.sql()
                                        .sql(
                                                "select count(*) from agent_status where connected"
                                                        + " and machine_id = :id")
                                        .param("id", machineOf(slot).value())
                                        .query(Integer.class)
                                        .single()
                                == 1);
        return agent;
    }

    private FakeAgent agent(int slot) {
        var agent = new FakeAgent(bootstrap(machine(slot)));
        agents.add(agent);
        return agent;
    }

    private Bootstrap bootstrap(MachineSpec machine) {
        return bootstraps.bootstrap(machine, new VipOwnership.FileLock("/lock"), 0, null);
    }

    private MachineSpec machine(int slot) {
        return machine(ground, loadBalancer, slot);
    }

    private static MachineSpec machine(Ground ground, LoadBalancerId loadBalancer, int slot) {
        var id =
                ground.sql()
                        .sql(
                                """
                                insert into machine (id, project_id, load_balancer_id, slot,
                                    incarnation, driver, state)
                                select uuidv7(), project_id, id, :slot, 1, 'x', 'CREATING'
                                from load_balancer where id = :id returning id
                                """)
                        .param("slot", slot)
                        .param("id", loadBalancer.value())
                        .query(UUID.class)
                        .single();
        return new MachineSpec(new MachineId(id), loadBalancer, UUID.randomUUID(), slot, 1);
    }

    private void wantYield(String reason) {
        ground.sql()
                .sql(
                        """
                        update machine set yield_reason = :reason,
                            yield_requested_at = case when :reason::text is not null
                                then clock_timestamp() end
                        where load_balancer_id = :id
                        """)
                .param("reason", reason)
                .param("id", loadBalancer.value())
                .update();
    }

    private void setDraining(int slot, String until) {
        ground.sql()
                .sql(
                        "update machine set state = 'DRAINING', drain_until = "
                                + until
                                + " where id = :id")
                .param("id", machineOf(slot).value())
                .update();
    }

    private MachineId machineOf(int slot) {
        return ground.sql()
                .sql("select id from machine where slot = :slot")
                .param("slot", slot)
                .query((row, _) -> new MachineId(row.getObject(1, UUID.class)))
                .single();
    }

    private void forgetMachines() {
        agents.forEach(FakeAgent::close);
        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        for (var table : List.of("agent_status", "agent_certificate", "enrolment_token")) {
            ground.sql().sql("delete from " + table).update();
        }
        ground.sql().sql("delete from machine").update();
    }

    private void publish(long revision) {
        publish(revision, "web");
    }

    private void publish(long revision, String pool) {
        var config =
                new AgentConfig(
                        loadBalancer.value(),
                        revision,
                        1,
                        List.of("127.64.0.1"),
                        10,
                        List.of(pool),
                        List.of(),
                        List.of());
        ground.sql()
                .sql("insert into config_revision values (:id, :revision, 1, :document, :sha)")
                .param("id", loadBalancer.value())
                .param("revision", revision)
                .param("document", AgentJson.MAPPER.writeValueAsString(config))
                .param("sha", SHA)
                .update();
    }

    private String status(String column) {
        return ground.sql()
                .sql("select " + column + "::text from agent_status")
                .query((row, _) -> java.util.Optional.ofNullable(row.getString(1)))
                .optional()
                .map(value -> value.orElse(null))
                .orElse("");
    }

    private String ports() {
        return ground.sql()
                .sql(
                        "select coalesce(string_agg(port::text, ',' order by port), '')"
                                + " from target_health")
                .query(String.class)
                .single();
    }

    private double refused(String reason) {
        return meters.counter("plimsoll.gateway.refused", "reason", reason).count();
    }

    private double dropped(String reason) {
        return meters.counter("plimsoll.gateway.dropped", "reason", reason).count();
    }

    private static ConfigRefused refusal(AgentConfig config, Refusal code) {
        return new ConfigRefused(config.revision(), code, "/listeners/0/port", "why");
    }

    private static TargetHealth target(int port) {
        return new TargetHealth(
                "web",
                "127.0.0.1",
                port,
                TargetHealth.State.HEALTHY,
                TargetHealth.Reason.OK,
                "",
                1_000);
    }

    private static CaSettings caSettings() {
        return new CaSettings(Duration.ofDays(90), Duration.ofDays(30), Duration.ofMinutes(10));
    }

    private static GatewaySettings settings(int mailbox, Duration silence) {
        return settings(mailbox, silence, Duration.ofSeconds(5));
    }

    private static GatewaySettings settings(int mailbox, Duration silence, Duration ping) {
        return new GatewaySettings(
                "127.0.0.1",
                "127.0.0.1",
                0,
                ping,
                silence,
                Duration.ofMillis(50),
                Duration.ofMillis(300),
                mailbox,
                1 << 24,
                4,
                Duration.ofSeconds(30),
                Duration.ofMillis(20),
                Duration.ofMillis(100));
    }

    private Gateway gateway(GatewaySettings settings, String instance) {
        var clock = InstantSource.system();
        var database = ground.database();
        var authority =
                new CertificateAuthority(database, folder.resolve("key"), caSettings(), clock);
        var enrolments = new Enrolments(database, authority, caSettings(), clock);
        var queue =
                new WorkQueue(
                        database,
                        instance,
                        new WorkSettings(
                                1,
                                1,
                                LIMIT,
                                LIMIT,
                                LIMIT,
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(1)));
        var opened =
                new Gateway(
                        settings, instance, database, queue, authority, enrolments, meters, clock);
        authority.load();
        opened.start();
        bootstraps = new GatewayBootstraps(enrolments, opened::endpoint);
        return opened;
    }
}
