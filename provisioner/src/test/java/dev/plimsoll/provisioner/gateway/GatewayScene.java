package dev.plimsoll.provisioner.gateway;

import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.ca.CaSettings;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.push.PushSettings;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway on a database, with a load balancer whose agents dial it. */
abstract class GatewayScene {
    static final Duration LIMIT = Duration.ofSeconds(5);
    static final Duration LIFETIME = Duration.ofSeconds(1);
    static final int FAILURES = 5;
    static final String SHA = "0".repeat(64);

    @TempDir Path folder;
    final Ground ground = new Ground();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<FakeAgent> agents = new ArrayList<>();
    LoadBalancerId loadBalancer;
    Gateway gateway;
    GatewayBootstraps bootstraps;

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

    FakeAgent connected(int slot) throws Exception {
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

    FakeAgent agent(int slot) {
        return agent(bootstrap(machine(slot)));
    }

    FakeAgent agent(Bootstrap bootstrap) {
        var agent = new FakeAgent(bootstrap);
        agents.add(agent);
        return agent;
    }

    Bootstrap bootstrap(MachineSpec machine) {
        return bootstraps.bootstrap(machine, new VipOwnership.FileLock("/lock"), 0, null);
    }

    MachineSpec machine(int slot) {
        return machine(ground, loadBalancer, slot);
    }

    static MachineSpec machine(Ground ground, LoadBalancerId loadBalancer, int slot) {
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

    void wantYield(String reason) {
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

    void setDraining(int slot, String until) {
        ground.sql()
                .sql(
                        "update machine set state = 'DRAINING', drain_until = "
                                + until
                                + " where id = :id")
                .param("id", machineOf(slot).value())
                .update();
    }

    MachineId machineOf(int slot) {
        return ground.sql()
                .sql("select id from machine where slot = :slot")
                .param("slot", slot)
                .query((row, _) -> new MachineId(row.getObject(1, UUID.class)))
                .single();
    }

    void forgetMachines() {
        agents.forEach(FakeAgent::close);
        await().atMost(LIMIT).until(() -> status("connected").equals("false"));
        for (var table : List.of("agent_status", "agent_certificate", "enrolment_token")) {
            ground.sql().sql("delete from " + table).update();
        }
        ground.sql().sql("delete from machine").update();
    }

    void publish(long revision) {
        publish(revision, "web");
    }

    void publish(long revision, String pool) {
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

    String status(String column) {
        return ground.sql()
                .sql("select " + column + "::text from agent_status")
                .query((row, _) -> java.util.Optional.ofNullable(row.getString(1)))
                .optional()
                .map(value -> value.orElse(null))
                .orElse("");
    }

    String ports() {
        return ground.sql()
                .sql(
                        "select coalesce(string_agg(port::text, ',' order by port), '')"
                                + " from target_health")
                .query(String.class)
                .single();
    }

    double refused(String reason) {
        return meters.counter("plimsoll.gateway.refused", "reason", reason).count();
    }

    double dropped(String reason) {
        return meters.counter("plimsoll.gateway.dropped", "reason", reason).count();
    }

    static ConfigRefused refusal(AgentConfig config, Refusal code) {
        return new ConfigRefused(config.revision(), code, "/listeners/0/port", "why");
    }

    static TargetHealth target(int port) {
        return new TargetHealth(
                "web",
                "127.0.0.1",
                port,
                TargetHealth.State.HEALTHY,
                TargetHealth.Reason.OK,
                "",
                1_000);
    }

    static CaSettings caSettings() {
        return new CaSettings(Duration.ofDays(90), Duration.ofDays(30), Duration.ofMinutes(10));
    }

    static GatewaySettings settings(int mailbox, Duration silence) {
        return settings(mailbox, silence, Duration.ofSeconds(5));
    }

    static GatewaySettings settings(int mailbox, Duration silence, Duration ping) {
        return settings(mailbox, silence, ping, 1000, 0);
    }

    static GatewaySettings settings(
            int mailbox,
            Duration silence,
            Duration ping,
            int reportsPerSecond,
            int mostConnections) {
        return new GatewaySettings(
                "127.0.0.1",
                "127.0.0.1",
                0,
                ping,
                silence,
                Duration.ofMillis(100),
                LIFETIME,
                reportsPerSecond,
                mostConnections,
                Duration.ofMillis(50),
                Duration.ofMillis(300),
                mailbox,
                1 << 24,
                4,
                Duration.ofSeconds(30),
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                new GatewaySettings.Failures(FAILURES, 1, 10));
    }

    Gateway gateway(GatewaySettings settings, String instance) {
        var clock = InstantSource.system();
        var database = ground.database();
        var authority =
                new CertificateAuthority(database, folder.resolve("key"), caSettings(), clock);
        var enrolments = new Enrolments(database, authority, caSettings(), meters, clock);
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
                                100,
                                Duration.ofSeconds(1)));
        var opened =
                new Gateway(
                        settings,
                        instance,
                        database,
                        queue,
                        authority,
                        enrolments,
                        new PushCredentials(
                                database, folder.resolve("key"), List.of(), PushSettings.DEFAULTS),
                        meters,
                        clock);
        authority.load();
        opened.start();
        bootstraps = new GatewayBootstraps(enrolments, opened::endpoint);
        return opened;
    }
}
