package dev.plimsoll.agent.engine;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Step;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.ListenerConfig;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Forwards what a configuration says, and changes it without loss. From its first configuration on
 * an engine probes targets; clients reach it from {@link #listen} to {@link #stopListening}, and
 * who decides about these two is none of its business. Control methods may block for the time of a
 * bind and are called by the agent's control threads, never by an event loop.
 */
public final class Engine implements AutoCloseable {
    public static final Duration EXPLANATION_LIMIT = Ladder.LIMIT.plusSeconds(2);

    private static final Duration BUSY_PAUSE = Duration.ofMillis(2);

    private final EngineMeters meters = new EngineMeters();
    private final MultiThreadIoEventLoopGroup group;
    private final List<LoopScope> scopes = new ArrayList<>();
    private final Transport transport;
    private final Forwarding forwarding;
    private final Listeners listeners;
    private final Targets targets;
    private final FlowLog flows;
    private final FlowSearch flowSearch;
    private volatile boolean listening;
    private boolean closed;

    private Engine(EngineOptions options, EngineEvents events) {
        this.transport = new Transport(options.loops());
        this.group =
                new MultiThreadIoEventLoopGroup(
                        options.loops(),
                        new DefaultThreadFactory("engine", true),
                        transport.ioHandlers());
        this.flows = new FlowLog(options.flows().kept());
        var clock = new FlowClock();
        for (int i = 0; i < options.loops(); i++) {
            scopes.add(
                    LoopScope.of(
                            group.next(),
                            options.idleTick().toMillis(),
                            transport.buffers(),
                            new FlowScribe(
                                    flows, clock, options.flows().perSecond(), options.loops())));
        }
        this.flowSearch = new FlowSearch(scopes, flows);
        this.forwarding = new Forwarding(transport, meters, events, options);
        this.listeners = new Listeners(scopes, forwarding);
        int probes = Math.max(1, options.probes() / options.loops());
        this.targets =
                new Targets(
                        scopes.stream()
                                .map(scope ->
                                        new Prober.Ground(
                                                scope.loop(),
                                                new ProbeSlots(probes, meters),
                                                transport,
                                                meters))
                                .toList(),
                        new WakingEvents(() -> retryParked(scopes), events));
    }

    private static void retryParked(List<LoopScope> scopes) {
        scopes.forEach(scope -> scope.loop().execute(scope.parking()::retryAll));
    }

    /** An engine that has no configuration and does not listen. */
    public static Engine start(EngineOptions options, EngineEvents events) {
        return new Engine(options, events);
    }

    /** Done once every event loop has had a turn: one that hangs never has. */
    public CompletableFuture<Void> turn() {
        return CompletableFuture.allOf(
                scopes.stream().map(Engine::turn).toArray(CompletableFuture<?>[]::new));
    }

    private static CompletableFuture<Void> turn(LoopScope scope) {
        try {
            return CompletableFuture.runAsync(() -> {}, scope.loop());
        } catch (RejectedExecutionException _) {
            return CompletableFuture.completedFuture(null); // it has ended, in order
        }
    }

    /**
     * Puts a document in force, all or nothing: validate, bind everything new, swap, retire. The
     * document in force, given again, succeeds and changes nothing.
     *
     * @param sha256 of the document's text; names it in reports
     */
    public synchronized ApplyOutcome apply(AgentConfig config, String sha256) {
        requireOpen();
        var now = forwarding.snapshot();
        var refusal = now == null ? null : conflict(config, sha256, now.applied());
        if (refusal == null) {
            refusal = ConfigCheck.of(config);
        }
        if (refusal != null) {
            return new ApplyOutcome.Refused(refusal);
        }
        return serve(snapshot(config, sha256, now));
    }

    private static @Nullable ConfigRefused conflict(
            AgentConfig config, String sha256, AppliedConfig applied) {
        if (config.revision() < applied.revision()) {
            return new ConfigRefused(
                    config.revision(),
                    Refusal.STALE,
                    "/revision",
                    "Revision " + applied.revision() + " is in force.");
        }
        if (config.revision() == applied.revision() && !sha256.equals(applied.sha256())) {
            return new ConfigRefused(
                    config.revision(),
                    Refusal.INVALID,
                    "/revision",
                    "Another document of this revision is in force.");
        }
        return null;
    }

    private Snapshot snapshot(AgentConfig config, String sha256, @Nullable Snapshot before) {
        var pools = targets.pools(config, before == null ? Map.of() : before.pools());
        var entrances = new HashMap<Integer, Entrance>();
        var datagramRoutes = new HashMap<Integer, Snapshot.Route>();
        config.listeners().stream()
                .map(l ->
                        new Snapshot.Route(
                                l, requireNonNull(pools.get(l.targetPool())), config.generation()))
                .collect(Collectors.groupingBy(route -> portOf(route.listener())))
                .forEach((port, routes) -> {
                    switch (port.kind) {
                        case STREAM -> entrances.put(port.number, Entrance.of(routes));
                        case DATAGRAM -> datagramRoutes.put(port.number, routes.getFirst());
                    }
                });
        return new Snapshot(
                config,
                new AppliedConfig(config.revision(), config.generation(), sha256),
                config.maxConnections(),
                SourceRanges.of(config.allowedSourceRanges()),
                entrances,
                datagramRoutes,
                pools);
    }

    private record Port(Endpoint.Kind kind, int number) {}

    private static Port portOf(ListenerConfig listener) {
        return new Port(Endpoint.Kind.of(listener.protocol()), listener.port());
    }

    private ApplyOutcome serve(Snapshot next) {
        var difference = difference(next);
        var prepared = listeners.prepare(difference.opening(), Listeners.Company.NOBODY);
        if (!prepared.failures().isEmpty()) {
            listeners.discard(prepared);
            return new ApplyOutcome.Refused(prepared.failures().getFirst().refusing(next.config()));
        }
        forwarding.serve(next);
        targets.keep(next.pools(), difference);
        retryParked(scopes);
        listeners.accept(prepared);
        listeners.retire(difference.closing());
        return new ApplyOutcome.Applied(next.applied());
    }

    private Difference difference(Snapshot next) {
        return Difference.between(
                listeners.open(),
                listening ? Endpoint.of(next.config()) : Set.of(),
                targets.keys(),
                next.pools().values());
    }

    /**
     * What {@link #apply} would do with a document, and nothing is done. Blocks until each event
     * loop has counted its connections: for a thread of its own.
     *
     * @param config null for the end of the load balancer
     */
    public Rehearsed rehearse(@Nullable AgentConfig config) {
        var refusal = config == null ? null : ConfigCheck.of(config);
        if (config != null && refusal == null) {
            return looked(config).told(scopes);
        }
        var parties = Census.of(scopes, SourceRanges.NONE);
        var inForce = applied();
        long generation = inForce == null ? 0 : inForce.generation();
        return refusal == null
                ? Rehearsed.ofEnd(generation, parties)
                : Rehearsed.refused(generation, refusal, parties);
    }

    private synchronized Rehearsed.Look looked(AgentConfig config) {
        requireOpen();
        var now = forwarding.snapshot();
        var next = snapshot(config, "", now);
        var difference = difference(next);
        var failure = listeners.trial(difference.opening());
        return new Rehearsed.Look(
                now, next, difference, failure.map(found -> found.refusing(config)).orElse(null));
    }

    /**
     * Starts to listen, and listens on whatever later configurations say. An address that is still
     * held, by a peer that is dying, is retried for a short time; whatever can be bound serves even
     * if something else cannot. Call again to retry.
     *
     * @param patience how long an address in use is retried
     * @return null if there is no configuration yet
     */
    public @Nullable ApplyOutcome listen(Duration patience) {
        return listen(patience, Listeners.Company.NOBODY);
    }

    /**
     * Starts to listen where a peer that is leaving still does: between the two of them no client
     * is refused.
     */
    public @Nullable ApplyOutcome listenBesidePeer() {
        return listen(Duration.ZERO, Listeners.Company.LEAVING_PEER);
    }

    private synchronized @Nullable ApplyOutcome listen(
            Duration patience, Listeners.Company company) {
        requireOpen();
        listening = true;
        var now = forwarding.snapshot();
        return now == null ? null : bindAll(now, patience, company);
    }

    private ApplyOutcome bindAll(Snapshot now, Duration patience, Listeners.Company company) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            var prepared = listeners.prepare(Endpoint.of(now.config()), company);
            listeners.accept(prepared);
            if (prepared.failures().isEmpty()) {
                return new ApplyOutcome.Applied(now.applied());
            }
            var failure = prepared.failures().getFirst();
            if (failure.refusal() != Refusal.ADDRESS_IN_USE || System.nanoTime() > deadline) {
                return new ApplyOutcome.Refused(failure.refusing(now.config()));
            }
            LockSupport.parkNanos(BUSY_PAUSE.toNanos());
        }
    }

    /**
     * Stops accepting; who was let in already is served. Established connections go on; the
     * addresses are free when this returns.
     */
    public synchronized void stopListening() {
        listening = false;
        listeners.retireAll();
    }

    /** Whether it is to listen, though some of its addresses may be lacking. */
    public boolean isListening() {
        return listening;
    }

    /** Whether every address of the configuration in force is listened on. */
    public synchronized boolean isServing() {
        var now = forwarding.snapshot();
        return listening && now != null && listeners.covers(Endpoint.of(now.config()));
    }

    public @Nullable AppliedConfig applied() {
        var now = forwarding.snapshot();
        return now == null ? null : now.applied();
    }

    /**
     * The plan's limit, or what the process can hold if that is less; 0 without a configuration.
     */
    public int connectionLimit() {
        var now = forwarding.snapshot();
        return now == null ? 0 : forwarding.connectionLimit(now);
    }

    public int activeConnections() {
        return forwarding.admission().taken();
    }

    /** Connections whose client has not said yet which TLS server it wants. */
    public int greetings() {
        return forwarding.greetings().taken();
    }

    /** Connections that wait for the first verdict on a target of their pool. */
    public int parked() {
        return forwarding.parked().taken();
    }

    /** Connections that wait for their target to accept; they are among the active ones. */
    public int connectingConnections() {
        return forwarding.connecting();
    }

    /** Payload and what else is held outside of the heap. */
    public long directBytes() {
        return transport.directBytes();
    }

    public synchronized List<TargetHealth> targetHealth() {
        return targets.health();
    }

    /** With the last probes of each. */
    public synchronized List<TargetHealth> targetHealthInFull() {
        return targets.healthInFull();
    }

    /**
     * Goes the way to a target, once. Blocks for up to {@link #EXPLANATION_LIMIT}: for a thread of
     * its own.
     *
     * @return none for a target that is not there
     */
    public List<Step> explain(String pool, String ip, int port) throws InterruptedException {
        var way = way(pool, new InetSocketAddress(InetAddress.ofLiteral(ip), port));
        if (way.isEmpty()) {
            return List.of();
        }
        var steps =
                new ArrayList<>(new Ladder(way.get(), scopes.getFirst().loop(), transport).climb());
        steps.add(limitStep());
        return steps;
    }

    private synchronized Optional<Ladder.Way> way(String pool, InetSocketAddress address) {
        requireOpen();
        return targets.find(pool, address)
                .map(target ->
                        new Ladder.Way(
                                target.address(),
                                isStream(pool),
                                target.key().isProxied(),
                                targets.planOf(target)));
    }

    private boolean isStream(String pool) {
        var now = forwarding.snapshot();
        return now == null
                || now.config().listeners().stream()
                        .filter(listener -> listener.targetPool().equals(pool))
                        .allMatch(listener ->
                                Endpoint.Kind.of(listener.protocol()) == Endpoint.Kind.STREAM);
    }

    private Step limitStep() {
        int active = activeConnections();
        int limit = connectionLimit();
        var words = "%d of %d connections are in use".formatted(active, limit);
        return active < limit
                ? new Step(Step.Name.LIMIT, Step.Outcome.OK, null, 0, null, words + ".")
                : new Step(
                        Step.Name.LIMIT,
                        Step.Outcome.FAILED,
                        null,
                        0,
                        null,
                        words + ", so further ones are refused.");
    }

    /** Targets that have left their pools and still have connections. */
    public synchronized int drainingTargets() {
        return targets.draining();
    }

    public synchronized List<TargetMeter> targetMeters() {
        return targets.meters();
    }

    public EngineMeters meters() {
        return meters;
    }

    /** The last flows that ended. */
    public FlowLog flows() {
        return flows;
    }

    /** For questions about flows that are open, or ended a while ago. */
    public FlowSearch flowSearch() {
        return flowSearch;
    }

    /** The most that any connection holds in memory between its two sockets; for tests. */
    long mostBufferedBytes() throws Exception {
        long most = 0;
        for (var scope : scopes) {
            var here = new long[1];
            scope.loop()
                    .submit(() ->
                            scope.wheel()
                                    .forEach(c -> here[0] = Math.max(here[0], c.bufferedBytes())))
                    .sync();
            most = Math.max(most, here[0]);
        }
        return most;
    }

    /** Stops accepting, gives connections this long to end, resets the rest. */
    public void close(Duration drain) {
        synchronized (this) {
            if (closed) {
                return;
            }
            stopListening();
            closed = true;
            targets.stop();
        }
        long deadline = System.nanoTime() + drain.toNanos();
        while (activeConnections() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        for (var scope : scopes) {
            scope.loop()
                    .submit(() -> {
                        scope.wheel().forEach(c -> c.abort(CloseCause.SHUTDOWN));
                        scope.release();
                    })
                    .awaitUninterruptibly();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The engine is closed");
        }
    }
}
