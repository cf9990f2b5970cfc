package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.db.Notifications;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.ca.CaSettings;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.gateway.Gateway;
import dev.plimsoll.provisioner.gateway.GatewayBootstraps;
import dev.plimsoll.provisioner.gateway.GatewaySettings;
import dev.plimsoll.provisioner.machine.Brake;
import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.DeathReports;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.push.PushSettings;
import dev.plimsoll.provisioner.work.FirstPass;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.WorkLoop;
import dev.plimsoll.provisioner.work.WorkQueue;
import dev.plimsoll.provisioner.work.WorkSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Everything but the machines is real: database, queue, gateway, TLS. */
final class TestProvisioner implements AutoCloseable {
    private static final InstantSource CLOCK = InstantSource.system();

    final Ground ground;
    final FakeAgentDriver driver;
    final Gateway gateway;
    final FirstPass firstPass = new FirstPass(CLOCK, Duration.ofSeconds(3));
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WorkQueue queue;
    private final WorkLoop loop;
    private final Notifications notifications;
    private final Brake brake;
    private final AtomicReference<Consumer<Step>> afterStep = new AtomicReference<>(_ -> {});

    TestProvisioner(Ground ground, Path folder) {
        this(ground, folder, "127.64.0.0/12");
    }

    TestProvisioner(Ground ground, Path folder, String privateRange) {
        this(ground, folder, privateRange, MoveSettings.DEFAULT, BrakeSettings.DEFAULT);
    }

    TestProvisioner(
            Ground ground,
            Path folder,
            String privateRange,
            MoveSettings moves,
            BrakeSettings brakeSettings) {
        this.ground = ground;
        var database = ground.database();
        brake = new Brake(database, brakeSettings, meters);
        var work = workSettings();
        queue = new WorkQueue(database, "test", work);
        var ca = caSettings();
        var authority = new CertificateAuthority(database, folder.resolve("key"), ca, CLOCK);
        var enrolments = new Enrolments(database, authority, ca, meters, CLOCK);
        var credentials =
                new PushCredentials(
                        database, folder.resolve("key"), List.of(), PushSettings.DEFAULTS);
        gateway =
                new Gateway(
                        gatewaySettings(),
                        "test",
                        database,
                        queue,
                        authority,
                        enrolments,
                        credentials,
                        meters,
                        CLOCK);
        driver =
                new FakeAgentDriver(
                        new GatewayBootstraps(enrolments, gateway::endpoint), privateRange);
        var reconciler =
                new LoadBalancerReconciler(
                        database,
                        queue,
                        driver,
                        moves,
                        brakeSettings,
                        credentials,
                        CLOCK,
                        step -> afterStep.get().accept(step));
        loop = new WorkLoop(queue, reconciler, work, meters, firstPass);
        authority.load();
        gateway.start();
        driver.onDeath(new DeathReports(database));
        notifications =
                new Notifications(
                        database,
                        Map.of(
                                "plimsoll_work", _ -> loop.wake(),
                                "plimsoll_config", id -> gateway.onConfig(LoadBalancerId.of(id)),
                                "plimsoll_machine", id -> gateway.onMachine(MachineId.of(id))),
                        loop::wake);
        notifications.start();
        firstPass.begin(queue.enqueueAll("START"));
        loop.start();
        brake.start();
    }

    void afterEachStep(Consumer<Step> action) {
        afterStep.set(action);
    }

    List<MachineId> living(LoadBalancerId id, String states) {
        return ground.sql()
                .sql(
                        "select id from machine where load_balancer_id = :id and state in ("
                                + states
                                + ") order by slot")
                .param("id", id.value())
                .query((row, _) -> new MachineId(row.getObject(1, UUID.class)))
                .list();
    }

    MachineId active(LoadBalancerId id) {
        return living(id, "'ACTIVE'").getFirst();
    }

    static CaSettings caSettings() {
        return new CaSettings(Duration.ofDays(90), Duration.ofDays(30), Duration.ofMinutes(10));
    }

    static GatewaySettings gatewaySettings() {
        return new GatewaySettings(
                "127.0.0.1",
                "127.0.0.1",
                0,
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                1000,
                0,
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                256,
                1 << 24,
                4,
                Duration.ofSeconds(30),
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                new GatewaySettings.Failures(60, 60, 100));
    }

    private static WorkSettings workSettings() {
        return new WorkSettings(
                4,
                4,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(200),
                Duration.ofMinutes(1),
                100,
                Duration.ofSeconds(3));
    }

    /** What is in the driver stays: agents outlive a provisioner. */
    @Override
    public void close() {
        brake.close();
        loop.close();
        notifications.close();
        gateway.close();
        driver.close();
    }
}
