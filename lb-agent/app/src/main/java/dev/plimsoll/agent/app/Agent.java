package dev.plimsoll.agent.app;

import dev.plimsoll.agent.app.control.HealthNews;
import dev.plimsoll.agent.app.control.Outlet;
import dev.plimsoll.agent.app.control.StreamEvents;
import dev.plimsoll.agent.app.machine.ConfigStore;
import dev.plimsoll.agent.app.machine.ConfigTrial;
import dev.plimsoll.agent.app.push.Pushes;
import dev.plimsoll.agent.app.traffic.Traffic;
import dev.plimsoll.agent.app.vip.VipClaim;
import dev.plimsoll.agent.app.vip.VipEvents;
import dev.plimsoll.agent.engine.Engine;
import dev.plimsoll.agent.engine.EngineEvents;
import dev.plimsoll.agent.engine.EngineOptions;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.HealthChanged;
import dev.plimsoll.agent.protocol.AgentMessage.Heartbeat;
import dev.plimsoll.agent.protocol.AgentMessage.Hello;
import dev.plimsoll.agent.protocol.AgentMessage.PeerHeard;
import dev.plimsoll.agent.protocol.AgentMessage.PushesReported;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.AgentMessage.RoleChanged;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.agent.protocol.GatewayMessage.AuthoritiesChanged;
import dev.plimsoll.agent.protocol.GatewayMessage.ClaimVip;
import dev.plimsoll.agent.protocol.GatewayMessage.CloseConnection;
import dev.plimsoll.agent.protocol.GatewayMessage.ConfigPushed;
import dev.plimsoll.agent.protocol.GatewayMessage.Drain;
import dev.plimsoll.agent.protocol.GatewayMessage.ExplainTarget;
import dev.plimsoll.agent.protocol.GatewayMessage.GatewaysChanged;
import dev.plimsoll.agent.protocol.GatewayMessage.ListConnections;
import dev.plimsoll.agent.protocol.GatewayMessage.Pace;
import dev.plimsoll.agent.protocol.GatewayMessage.PushAccessGiven;
import dev.plimsoll.agent.protocol.GatewayMessage.RehearseChange;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportHealth;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportMetrics;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportTraffic;
import dev.plimsoll.agent.protocol.GatewayMessage.Retired;
import dev.plimsoll.agent.protocol.GatewayMessage.TellTraffic;
import dev.plimsoll.agent.protocol.GatewayMessage.YieldVip;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Role, configuration and what the gateway is told of them. One control thread does everything in
 * order; only becoming active goes past it, because a client waits.
 *
 * <pre>STARTING ── saved configuration taken ──► STANDBY ◄── VIP taken, or lost ──► ACTIVE</pre>
 */
public final class Agent implements EngineEvents, StreamEvents, VipEvents {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration HEALTH_BATCH = Duration.ofMillis(100);

    /** The sockets of a peer that was killed may outlive its lock by a moment. */
    private static final Duration PEER_IS_DYING = Duration.ofSeconds(2);

    /** That stops to listen only when its successor does. */
    private static final Duration FOR_SUCCESSOR = Duration.ofMillis(700);

    private final ScheduledExecutorService control =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("agent-control").factory());
    private final Bootstrap bootstrap;
    private final String version;
    private final int connectionLimit;
    private final Engine engine;
    private final AgentMeters meters = new AgentMeters();
    private final ConfigInForce config;
    private final HealthNews healthNews = new HealthNews();
    private final Answers answers;
    private final Pushes pushes;
    private final ConnectionAnswers connections;
    private final Rehearsals rehearsals;
    private final Consumer<String> onRetired;
    private final VipClaim vip;
    private final Yielding yielding;
    private final Beats beats = new Beats(new SplittableRandom());
    private final Traffic traffic;
    private volatile Role role = Role.STARTING;
    private volatile long roleSinceEpochMillis = System.currentTimeMillis();
    private volatile @Nullable String adminAddress;
    private @Nullable Outlet outlet;
    private int draining;
    private boolean isAskedAboutPushes;
    private volatile boolean stopping;

    /**
     * @param onRetired told once, with the reason, when the machine is not wanted any more
     */
    Agent(
            Bootstrap bootstrap,
            String version,
            int connectionLimit,
            ConfigStore store,
            ConfigTrial trial,
            Pushes pushes,
            Consumer<String> onRetired)
            throws IOException {
        this.bootstrap = bootstrap;
        this.version = version;
        this.connectionLimit = connectionLimit;
        this.onRetired = onRetired;
        this.engine = Engine.start(EngineOptions.defaults(connectionLimit), this);
        this.pushes = pushes;
        this.config =
                new ConfigInForce(
                        bootstrap.loadBalancerId(),
                        engine,
                        store,
                        trial,
                        meters,
                        config -> pushes.onConfig(config.observability()));
        this.answers = new Answers(engine, meters);
        this.connections = new ConnectionAnswers(engine, meters);
        this.rehearsals = new Rehearsals(engine, connectionLimit);
        this.vip = VipClaim.of(bootstrap.vip(), this);
        this.yielding = new Yielding(vip, meters);
        this.traffic = Traffic.of(engine, () -> role == Role.ACTIVE);
    }

    /** Takes the saved configuration; from here on the agent may become active. */
    void restore() {
        config.restore();
        become(Role.STANDBY);
        if (vip.isListeningAlways()) {
            config.listen(PEER_IS_DYING);
        }
        vip.start();
    }

    void startTicking() {
        traffic.start();
        var _ =
                control.scheduleAtFixedRate(
                        () -> guarded(this::tick), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean hasConfiguration() {
        return engine.applied() != null;
    }

    @Override
    public boolean isServing() {
        return engine.isServing();
    }

    /** The sockets first, the words after. */
    @Override
    public void onVipTaken(boolean besidePeer) {
        var listening = besidePeer ? engine.listenBesidePeer() : engine.listen(PEER_IS_DYING);
        become(Role.ACTIVE);
        log.atInfo()
                .addKeyValue("loadBalancerId", bootstrap.loadBalancerId())
                .addKeyValue("serving", engine.isServing())
                .log("Active");
        onControl(() -> {
            say(new RoleChanged(role, roleSinceEpochMillis));
            if (listening != null) {
                config.listen(Duration.ZERO).ifPresent(this::say);
            }
        });
    }

    @Override
    public void onVipLost() {
        if (!vip.isListeningAlways()) {
            engine.stopListening();
        }
        become(Role.STANDBY);
        log.atInfo().addKeyValue("loadBalancerId", bootstrap.loadBalancerId()).log("Standby");
        onControl(() -> say(new RoleChanged(role, roleSinceEpochMillis)));
    }

    private void become(Role next) {
        roleSinceEpochMillis = System.currentTimeMillis();
        role = next;
    }

    private void tick() {
        config.retry()
                .ifPresent(answer -> {
                    say(answer);
                    vip.onConfiguration();
                });
        config.settle();
        yielding.tick();
        if (yielding.isPeerHeard()) {
            say(new PeerHeard());
        }
        tellDrained();
        if (beats.isDue(System.nanoTime())) {
            say(new Heartbeat(engine.activeConnections()));
        }
        traffic.due().ifPresent(this::say);
    }

    @Override
    public void opened(Outlet opened) {
        onControl(() -> {
            outlet = opened;
            beats.begin();
            isAskedAboutPushes = false;
            traffic.onStream();
            yielding.onStream(true);
            say(hello());
            sayAllHealth();
        });
    }

    private Hello hello() {
        boolean inForce = !engine.isListening() || engine.isServing();
        return new Hello(
                bootstrap.machineId(),
                bootstrap.incarnation(),
                bootstrap.loadBalancerId(),
                ProcessHandle.current().pid(),
                version,
                adminAddress,
                connectionLimit,
                role,
                roleSinceEpochMillis,
                inForce ? engine.applied() : null,
                yielding.isOrdered());
    }

    @Override
    public void closed(Outlet closed) {
        onControl(() -> {
            if (outlet == closed) {
                outlet = null;
                yielding.onStream(false);
            }
        });
    }

    @Override
    public void toSay(AgentMessage message) {
        onControl(() -> say(message));
    }

    @Override
    public void received(GatewayMessage message) {
        onControl(() -> {
            switch (message) {
                case ConfigPushed pushed -> onPushed(pushed);
                case YieldVip order -> yielding.begin(order);
                case ClaimVip _ -> yielding.end(AgentMeters.YieldEnd.ORDER);
                case Drain(var reason) -> drain(reason);
                case Retired(var reason) -> onRetired.accept(reason);
                case ReportHealth question -> say(answers.health(question));
                case ExplainTarget question -> answers.explain(question, this::toSay);
                case ListConnections question -> connections.list(question, this::toSay);
                case CloseConnection question -> connections.close(question, this::toSay);
                case RehearseChange question -> rehearsals.hold(question, this::toSay);
                case PushAccessGiven(var access) -> {
                    isAskedAboutPushes = true;
                    pushes.onAccess(access);
                    sayHowPushesGo();
                }
                case Pace pace -> beats.keep(pace, System.nanoTime());
                case TellTraffic asked -> traffic.tell(asked);
                case ReportTraffic(var inquiry) -> say(traffic.lately(inquiry));
                case ReportMetrics question -> say(answers.metrics(question));
                case GatewaysChanged _, AuthoritiesChanged _ -> {} // the link's own
            }
        });
    }

    /** Connections go on; the driver ends the process. */
    private void drain(String reason) {
        log.atInfo().addKeyValue("reason", reason).log("Draining");
        leaveVip();
    }

    private void leaveVip() {
        vip.end(FOR_SUCCESSOR);
        engine.stopListening();
    }

    /** The sender of samples and records, which the agent's own beginning does not wait for. */
    void startPushing(Pushes.Feeds feeds) {
        pushes.start(feeds, () -> onControl(this::sayHowPushesGo));
    }

    /** A gateway that does not ask is too old to understand. */
    private void sayHowPushesGo() {
        if (isAskedAboutPushes) {
            say(new PushesReported(pushes.reports()));
        }
    }

    private void onPushed(ConfigPushed pushed) {
        var answer = config.onPushed(pushed);
        say(answer);
        if (answer instanceof AgentMessage.ConfigApplied) {
            vip.onConfiguration();
            sayAllHealth();
            config.save();
        }
    }

    @Override
    public void targetChanged(TargetHealth health) {
        if (healthNews.add(health)) {
            var _ =
                    control.schedule(
                            () -> guarded(this::sayHealthNews),
                            HEALTH_BATCH.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void sayHealthNews() {
        for (var news = healthNews.take(); !news.isEmpty(); news = healthNews.take()) {
            say(new HealthChanged(news));
        }
    }

    /** Changes that wait are in it, and must not bring back a target that has gone since. */
    private void sayAllHealth() {
        healthNews.forget();
        draining = engine.drainingTargets();
        say(new HealthChanged(engine.targetHealth(), true));
    }

    /** Targets that have left are told once more when their connections have ended. */
    private void tellDrained() {
        if (engine.drainingTargets() != draining) {
            sayAllHealth();
        }
    }

    @Override
    public void fault(String sentence, Throwable cause) {
        log.atError().setCause(cause).log(sentence);
    }

    private void say(AgentMessage message) {
        if (outlet != null) {
            outlet.say(message);
        }
    }

    private void onControl(Runnable work) {
        control.execute(() -> guarded(work));
    }

    /** The control thread outlives whatever goes wrong on it; a closing engine refuses work. */
    private void guarded(Runnable work) {
        try {
            if (!stopping) {
                work.run();
            }
        } catch (RuntimeException e) {
            if (!stopping) {
                log.atError().setCause(e).log("A control action failed");
            }
        }
    }

    /**
     * From now on nothing is told or applied. The peer, if it is there, has the VIP when this
     * returns; connections go on.
     */
    void stop() {
        stopping = true;
        leaveVip();
    }

    void onAdmin(String address, Supplier<String> metrics) {
        adminAddress = address;
        answers.onMetrics(metrics);
    }

    public Engine engine() {
        return engine;
    }

    public Pushes pushes() {
        return pushes;
    }

    public AgentMeters meters() {
        return meters;
    }

    public Role role() {
        return role;
    }

    /**
     * Whether this agent does what its role asks: a standby could take over, an active one serves.
     */
    public boolean isReady() {
        return engine.applied() != null
                && role != Role.STARTING
                && (!engine.isListening() || engine.isServing());
    }
}
