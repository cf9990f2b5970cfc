package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.work.Backoff;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.Outage;
import dev.plimsoll.provisioner.work.WorkQueue;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** The server that agents dial. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MOST_HANDSHAKES = 128;

    /** Who waits longer for a turn has given up by then: those dial again. */
    private static final int MOST_WAITING = 256;

    private static final int LOW_WATER = 1 << 20;
    private static final int HIGH_WATER = 16 << 20;

    private final GatewaySettings settings;
    private final CertificateAuthority authority;
    private final Heartbeats heartbeats;
    private final TrafficRecords traffic;
    private final Sessions sessions = new Sessions();
    private final Roster roster;
    private final Pulse pulse;
    private final SessionContext context;
    private final Doors doors;
    private final Turnstile turnstile = new Turnstile(MOST_HANDSHAKES);
    private final Capacity capacity;
    private final Outage outage = new Outage("The look for missed configurations");
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("gateway-clock").factory());
    private volatile @Nullable DisposableServer server;

    /**
     * @param instance names this provisioner; differs between replicas
     */
    public Gateway(
            GatewaySettings settings,
            String instance,
            DataSource database,
            WorkQueue queue,
            CertificateAuthority authority,
            Enrolments enrolments,
            PushCredentials credentials,
            MeterRegistry registry,
            InstantSource clock) {
        this.settings = settings;
        this.capacity = new Capacity(settings.mostConnections());
        this.authority = authority;
        var records = new AgentRecords(database, queue);
        this.heartbeats = new Heartbeats(database);
        this.roster = new Roster(database, queue, instance, settings);
        var meters = new GatewayMeters(registry, sessions);
        this.traffic = new TrafficRecords(database, meters);
        this.context =
                new SessionContext(
                        settings,
                        sessions,
                        roster,
                        records,
                        new DesiredReads(database),
                        new HealthRecords(database),
                        new InquiryRecords(database),
                        new PushRecords(database),
                        credentials,
                        heartbeats,
                        traffic,
                        new DatabaseGate(settings.databaseCalls()),
                        new Backoff(settings.maxRepush(), RandomGenerator.getDefault()),
                        meters);
        this.pulse =
                new Pulse(
                        roster,
                        records,
                        authority,
                        sessions,
                        new Pacing(sessions, settings.reportsPerSecond()));
        this.doors =
                new Doors(
                        this,
                        enrolments,
                        new FailedEnrolments(settings.enrolmentFailures(), System::nanoTime),
                        records,
                        context.meters(),
                        clock);
    }

    /**
     * Afterwards the database says of no agent that it is connected which is not.
     *
     * @throws IllegalStateException when another provisioner of this name runs
     */
    public void start() {
        var secured = new GatewayTls(authority, hosts(), this::countStranger);
        server =
                HttpServer.create()
                        .host(settings.bind())
                        .port(settings.port())
                        .option(ChannelOption.SO_BACKLOG, MOST_WAITING)
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                        .secure(spec -> spec.sslContext(secured.context()).handshakeTimeout(LIMIT))
                        .doOnChannelInit((_, channel, _) -> welcome(channel))
                        .idleTimeout(LIMIT)
                        .route(doors::open)
                        .bindNow(LIMIT);
        enterOrClose(secured);
        every(settings.heartbeats(), heartbeats::flush);
        every(settings.heartbeats(), traffic::flush);
        every(settings.missedPushes(), this::lookForMissed);
        LOG.atInfo()
                .addKeyValue("port", endpoint().port())
                .addKeyValue("tls", secured.provider())
                .log("The gateway is open");
    }

    private void countStranger() {
        context.meters().refused(GatewayMeters.Refused.CERTIFICATE);
    }

    private void welcome(Channel channel) {
        if (!capacity.admits(channel)) {
            context.meters().refused(GatewayMeters.Refused.FULL);
            channel.eventLoop().execute(channel::close);
            return;
        }
        turnstile.enter(channel, channel.pipeline().get(SslHandler.class).handshakeFuture());
        channel.pipeline()
                .addAfter(
                        NettyPipeline.SslHandler,
                        "plimsoll.handshakeWatch",
                        new HandshakeWatch(context.meters()));
    }

    /** Where agents reach it. */
    public Endpoint endpoint() {
        var running = server;
        if (running == null) {
            throw new IllegalStateException("The gateway is not open");
        }
        return new Endpoint(
                settings.host(), running.port(), pulse.gateways(), authority.trusted().pem());
    }

    public int port() {
        return endpoint().port();
    }

    /** A configuration was published. Never blocks. */
    public void onConfig(LoadBalancerId loadBalancer) {
        sessions.of(loadBalancer).forEach(Session::onNews);
    }

    /** What is wanted of a machine has changed. Never blocks. */
    public void onMachine(MachineId machine) {
        sessions.of(machine).ifPresent(Session::onNews);
    }

    /** Somebody asks an agent. Never blocks. */
    public void onInquiry(MachineId machine, UUID inquiry) {
        sessions.of(machine).ifPresent(session -> session.ask(inquiry));
    }

    /** A gateway came or went. Never blocks. */
    public void onGateways() {
        pulse.onGateways();
    }

    /** An authority came, went, or issues now. Never blocks. */
    public void onAuthorities() {
        pulse.onAuthorities();
    }

    /** Notifications may have been missed. */
    public void onNotificationsConnected() {
        sessions.all().forEach(Session::onNews);
        onGateways();
    }

    /** Closes the streams. Agents go on serving and dial again. */
    @Override
    public void close() {
        clock.shutdownNow();
        pulse.stop();
        context.database().stop();
        var running = server;
        if (running != null) {
            pulse.leave();
            sessions.all().forEach(Session::end);
            running.disposeNow(LIMIT);
        }
    }

    boolean isOnTheRoster() {
        return roster.life() != null;
    }

    Session open(AgentIdentity agent, AgentRecords.Entry entry, Wire wire) {
        var session = new Session(UUID.randomUUID(), agent, entry, context, wire);
        // First among all, then told: what changes in between is not missed.
        sessions.add(session).ifPresent(older -> older.drop(GatewayMeters.Dropped.REPLACED));
        pulse.greet(session);
        session.start();
        return session;
    }

    private List<String> hosts() {
        return List.of(settings.host(), "localhost", "127.0.0.1");
    }

    private void enterOrClose(GatewayTls secured) {
        try {
            pulse.start(new GatewayAddress(settings.host(), port()), secured, settings.beat());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    Authorities trusted() {
        return pulse.trusted();
    }

    /** The net under the notifications. */
    private void lookForMissed() {
        try {
            var open = sessions.all();
            var newest =
                    context.desired()
                            .newestRevisions(
                                    open.stream()
                                            .map(Session::loadBalancer)
                                            .collect(Collectors.toSet()));
            var orders = context.desired().orders(open.stream().map(Session::machine).toList());
            open.stream()
                    .filter(session ->
                            session.isBehind(newest.getOrDefault(session.loadBalancer(), 0L))
                                    || session.differsFrom(
                                            orders.getOrDefault(session.machine(), VipOrder.CLAIM)))
                    .forEach(Session::onNews);
            pulse.voidLost();
            outage.over();
        } catch (RuntimeException e) {
            outage.began(e);
        }
    }

    private void every(Duration period, Runnable action) {
        clock.scheduleWithFixedDelay(
                action, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * @param all the gateways that live, this one included
     * @param caCertificatePem of all authorities that count, one after the other
     */
    public record Endpoint(
            String host, int port, List<GatewayAddress> all, String caCertificatePem) {}
}
