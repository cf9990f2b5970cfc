package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.Backoff;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.Outage;
import dev.plimsoll.provisioner.work.WorkQueue;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The server that agents dial. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LOW_WATER = 1 << 20;
    private static final int HIGH_WATER = 16 << 20;

    private final GatewaySettings settings;
    private final CertificateAuthority authority;
    private final AgentRecords records;
    private final Heartbeats heartbeats;
    private final Sessions sessions = new Sessions();
    private final SessionIds sessionIds;
    private final SessionContext context;
    private final Doors doors;
    private final Outage outage = new Outage("The look for missed configurations");
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("gateway-clock").factory());
    private volatile @Nullable DisposableServer server;

    /**
     * @param instance names this provisioner; stays the same over restarts, differs between
     *     replicas
     */
    public Gateway(
            GatewaySettings settings,
            String instance,
            DataSource database,
            WorkQueue queue,
            CertificateAuthority authority,
            Enrolments enrolments,
            MeterRegistry registry,
            InstantSource clock) {
        this.settings = settings;
        this.authority = authority;
        this.records = new AgentRecords(database, queue);
        this.heartbeats = new Heartbeats(database);
        this.sessionIds = SessionIds.of(instance);
        this.context =
                new SessionContext(
                        settings,
                        sessions,
                        records,
                        new HealthRecords(database),
                        heartbeats,
                        new DatabaseGate(settings.databaseCalls()),
                        new Backoff(settings.maxRepush(), RandomGenerator.getDefault()),
                        new GatewayMeters(registry, sessions));
        this.doors = new Doors(this, enrolments, records, context.meters(), clock);
    }

    /** To be called before anybody relies on what the database says of agents. */
    public void voidSessions() {
        var count = records.disconnectAll(sessionIds);
        if (count > 0) {
            LOG.atInfo().addKeyValue("count", count).log("Voided streams of an earlier life");
        }
    }

    public void start() {
        server =
                HttpServer.create()
                        .host(settings.bind())
                        .port(settings.port())
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                        .secure(spec -> spec.sslContext(tls()).handshakeTimeout(LIMIT))
                        .idleTimeout(LIMIT)
                        .route(doors::open)
                        .bindNow(LIMIT);
        every(settings.heartbeats(), heartbeats::flush);
        every(settings.missedPushes(), this::pushMissed);
        LOG.atInfo().addKeyValue("port", endpoint().port()).log("The gateway is open");
    }

    /** Where agents reach it. */
    public Endpoint endpoint() {
        var running = server;
        if (running == null) {
            throw new IllegalStateException("The gateway is not open");
        }
        return new Endpoint(settings.host(), running.port(), authority.certificatePem());
    }

    public int port() {
        return endpoint().port();
    }

    /** A configuration was published. Never blocks. */
    public void onConfig(LoadBalancerId loadBalancer) {
        sessions.of(loadBalancer).forEach(Session::wantNewest);
    }

    /** What is wanted of a machine has changed. Never blocks. */
    public void onMachine(MachineId machine) {
        sessions.of(machine).ifPresent(Session::wantOrder);
    }

    /** Notifications may have been missed. */
    public void onNotificationsConnected() {
        sessions.all().forEach(Session::wantNewest);
        sessions.all().forEach(Session::wantOrder);
    }

    /** Asks the agent to end, if it is connected here. */
    public void retire(MachineId machine, String reason) {
        sessions.of(machine).ifPresent(session -> session.retire(reason));
    }

    /** Closes the streams. Agents go on serving and dial again. */
    @Override
    public void close() {
        clock.shutdownNow();
        context.database().stop();
        var running = server;
        if (running != null) {
            running.disposeNow(LIMIT);
            voidSessions();
        }
    }

    Session open(AgentIdentity agent, LoadBalancerId loadBalancer, Wire wire) {
        var session = new Session(sessionIds.next(), agent, loadBalancer, context, wire);
        sessions.add(session).ifPresent(older -> older.drop(GatewayMeters.Dropped.REPLACED));
        wire.pingEvery(settings.ping());
        session.start();
        return session;
    }

    Duration silence() {
        return settings.silence();
    }

    private SslContext tls() {
        try {
            var identity = authority.newServerIdentity(hosts());
            return SslContextBuilder.forServer(identity.key(), identity.certificate())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(
                            new AgentTrust(
                                    authority.certificate(),
                                    () ->
                                            context.meters()
                                                    .refused(GatewayMeters.Refused.CERTIFICATE)))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("Cannot set up TLS for the gateway", e);
        }
    }

    private List<String> hosts() {
        return List.of(settings.host(), "localhost", "127.0.0.1");
    }

    /** The net under the notifications. */
    private void pushMissed() {
        try {
            var open = sessions.all();
            var newest =
                    records.newestRevisions(
                            open.stream().map(Session::loadBalancer).collect(Collectors.toSet()));
            open.stream()
                    .filter(session ->
                            session.isBehind(newest.getOrDefault(session.loadBalancer(), 0L)))
                    .forEach(Session::wantNewest);
            var orders = records.orders(open.stream().map(Session::machine).toList());
            open.stream()
                    .filter(session ->
                            session.differsFrom(
                                    orders.getOrDefault(session.machine(), VipOrder.CLAIM)))
                    .forEach(Session::wantOrder);
            outage.over();
        } catch (RuntimeException e) {
            outage.began(e);
        }
    }

    private void every(Duration period, Runnable action) {
        clock.scheduleWithFixedDelay(
                action, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    public record Endpoint(String host, int port, String caCertificatePem) {}
}
