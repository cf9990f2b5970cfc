package dev.plimsoll.provisioner.campaign;

import com.zaxxer.hikari.HikariDataSource;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.db.Notifications;
import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.ca.CaSettings;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.driver.simulated.SimulatedMachines;
import dev.plimsoll.provisioner.gateway.Gateway;
import dev.plimsoll.provisioner.gateway.GatewayBootstraps;
import dev.plimsoll.provisioner.gateway.GatewaySettings;
import dev.plimsoll.provisioner.machine.Brake;
import dev.plimsoll.provisioner.machine.BrakeSettings;
import dev.plimsoll.provisioner.machine.DeathReports;
import dev.plimsoll.provisioner.machine.Janitor;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.PunctualDriver;
import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.push.PushSettings;
import dev.plimsoll.provisioner.reconcile.LoadBalancerReconciler;
import dev.plimsoll.provisioner.reconcile.MoveSettings;
import dev.plimsoll.provisioner.work.FirstPass;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.WorkLoop;
import dev.plimsoll.provisioner.work.WorkQueue;
import dev.plimsoll.provisioner.work.WorkSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * One life of a provisioner, from its start to its death. Everything is real, but impatient, and
 * the machines are simulated. Death is sudden: no write and no call gets out any more.
 */
final class Life implements AutoCloseable {
    private static final AtomicInteger LIVES = new AtomicInteger();
    private static final Duration DRIVER_DEADLINE = Duration.ofMillis(400);
    private static final Duration DRIVER_LATE = Duration.ofMillis(1_000);

    /** Engages easily, and not for long. */
    private static final BrakeSettings BRAKE =
            new BrakeSettings(true, 0.2, 3, Duration.ofMillis(1_500), Duration.ofMillis(50));

    /** As in {@code provisioner.yaml}, but sooner. */
    private static final String IMPATIENT =
            "-c lock_timeout=8000 -c idle_in_transaction_session_timeout=1000";

    static final String NAME = "provisioner";

    final Wire wire;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HikariDataSource pool;
    private final WorkQueue queue;
    private final CertificateAuthority authority;
    private final Gateway gateway;
    private final FaultyDriver faulty;
    private final PunctualDriver driver;
    private final FirstPass firstPass;
    private final WorkLoop loop;
    private final Janitor janitor;
    private final Brake brake;
    private final Notifications notifications;
    private final Boundaries boundaries;
    private volatile Wire agentsWire;
    private volatile boolean isDead;

    /**
     * @param atBoundary told of every boundary between two effects, on the thread that crosses it
     */
    Life(
            Ground ground,
            Path key,
            SimulatedMachines machines,
            FaultyDriver.Chooser chooser,
            InstantSource clock,
            BiConsumer<Life, Boundary> atBoundary) {
        pool = ground.anotherPool();
        wire = new Wire(URI.create(pool.getJdbcUrl().substring("jdbc:".length())).getPort());
        pool.setJdbcUrl(pool.getJdbcUrl().replaceFirst(":\\d+/", ":" + wire.port() + "/"));
        pool.addDataSourceProperty("ApplicationName", NAME);
        pool.addDataSourceProperty("options", IMPATIENT);
        pool.setMaximumPoolSize(6);
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(3_000);
        pool.setInitializationFailTimeout(-1);
        boundaries =
                new Boundaries(
                        this::isDead, machines, boundary -> atBoundary.accept(this, boundary));
        var database = boundaries.watch(pool);
        // As a replica beside the others: whoever died of that name is still on the roster.
        var instance = NAME + "-" + LIVES.incrementAndGet();
        queue = new WorkQueue(database, instance, work());
        var ca = ca();
        authority = new CertificateAuthority(database, key, ca, clock);
        var enrolments = new Enrolments(database, authority, ca, meters, clock);
        var credentials = new PushCredentials(database, key, List.of(), PushSettings.DEFAULTS);
        gateway =
                new Gateway(
                        gateway(),
                        instance,
                        database,
                        queue,
                        authority,
                        enrolments,
                        credentials,
                        meters,
                        clock);
        var bootstraps = new GatewayBootstraps(enrolments, this::endpoint);
        faulty = new FaultyDriver(boundaries.watch(bootstraps), chooser, DRIVER_LATE);
        driver = new PunctualDriver(faulty, DRIVER_DEADLINE, meters);
        var reconciler =
                new LoadBalancerReconciler(
                        database, queue, driver, MoveSettings.DEFAULT, BRAKE, credentials, clock);
        brake = new Brake(database, BRAKE, meters);
        firstPass = new FirstPass(clock, Duration.ofSeconds(1));
        loop = new WorkLoop(queue, boundaries.watch(reconciler), work(), meters, firstPass);
        janitor = new Janitor(driver, database, Duration.ofMillis(250), meters);
        notifications =
                new Notifications(
                        database,
                        Map.of(
                                "plimsoll_work", _ -> loop.wake(),
                                "plimsoll_config", id -> gateway.onConfig(LoadBalancerId.of(id)),
                                "plimsoll_machine", id -> gateway.onMachine(MachineId.of(id)),
                                "plimsoll_gateway", _ -> gateway.onGateways(),
                                "plimsoll_authority", _ -> gateway.onAuthorities()),
                        () -> {
                            gateway.onNotificationsConnected();
                            loop.wake();
                        });
        var reports = new DeathReports(database);
        driver.onDeath(machine -> unlessDead(() -> reports.accept(machine)));
    }

    Life start() {
        authority.load();
        gateway.start();
        agentsWire = new Wire(gateway.port());
        queue.dropOwnLeases();
        firstPass.begin(queue.enqueueAll("START"));
        notifications.start();
        loop.start();
        janitor.start();
        brake.start();
        return this;
    }

    /**
     * As SIGKILL: from now on nothing of it has any effect. Its threads are ended by {@link
     * #close}.
     */
    void die() {
        isDead = true;
        wire.close();
        if (agentsWire != null) {
            agentsWire.close();
        }
    }

    boolean isDead() {
        return isDead;
    }

    /**
     * As SIGSTOP: its workers stop at their next boundary, and nothing passes its wires. Its agents
     * leave at once, as they would after a silence.
     */
    void freeze() {
        agentsWire.close();
        wire.hold();
        boundaries.hold();
    }

    /** As SIGCONT, which finds all streams of agents gone. */
    void thaw() {
        wire.letGo();
        boundaries.letGo();
    }

    /** Between the agents and the gateway. */
    Wire agentsWire() {
        return agentsWire;
    }

    private Gateway.Endpoint endpoint() {
        var behind = gateway.endpoint();
        var through = new GatewayAddress(behind.host(), agentsWire.port());
        return new Gateway.Endpoint(
                through.host(), through.port(), List.of(through), behind.caCertificatePem());
    }

    double count(String meter) {
        return meters.counter(meter).count();
    }

    /** Ends what is left of it, as an end of the process would. */
    @Override
    public void close() {
        die();
        thaw();
        faulty.close();
        quietly(gateway::close);
        quietly(janitor::close);
        quietly(brake::close);
        quietly(loop::close);
        quietly(notifications::close);
        driver.close();
        pool.close();
    }

    private void unlessDead(Runnable call) {
        if (!isDead) {
            quietly(call);
        }
    }

    private static void quietly(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException _) {
            // it has no database, or not now
        }
    }

    private static WorkSettings work() {
        return new WorkSettings(
                4,
                4,
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofMillis(200),
                Duration.ofSeconds(3),
                100,
                Duration.ofSeconds(1));
    }

    private static CaSettings ca() {
        return new CaSettings(Duration.ofDays(90), Duration.ofDays(30), Duration.ofMinutes(10));
    }

    private static GatewaySettings gateway() {
        return new GatewaySettings(
                "127.0.0.1",
                "127.0.0.1",
                0,
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                1000,
                0,
                Duration.ofMillis(500),
                Duration.ofMillis(500),
                256,
                1 << 24,
                4,
                Duration.ofSeconds(2),
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                new GatewaySettings.Failures(1_000, 1_000, 100));
    }
}
