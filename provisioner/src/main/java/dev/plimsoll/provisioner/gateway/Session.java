package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Hello;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.gateway.GatewayMeters.Dropped;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * One agent's stream. What the agent says is put into a mailbox on the event loop and worked off in
 * order by a virtual thread of the session's own, which alone touches the fields below.
 *
 * <pre>
 * opened ── Hello ──► greeted ── any message, in any order ──► closed
 *    └── anything else, or a Hello of somebody else ─────────────┘
 * </pre>
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** That wait to be passed on: whoever asks must not be able to fill the mailbox. */
    private static final int MOST_QUESTIONS = 16;

    private final UUID id;
    private final AgentIdentity agent;
    private final AgentRecords.Entry entry;
    private final LoadBalancerId loadBalancer;
    private final SessionContext context;
    private final Wire wire;
    private final Mailbox mailbox;
    private final AtomicBoolean hasNews = new AtomicBoolean();
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final PushNews pushNews;

    private boolean isGreeted;
    private boolean isNextHealthWhole;
    private volatile @Nullable AppliedConfig applied;
    private volatile long pushedRevision;
    private @Nullable ConfigRefused refused;
    private int repushes;
    private boolean yields;
    private volatile VipOrder told = VipOrder.CLAIM;
    private volatile Pace toldPace = Pace.FASTEST;
    private final AgentTraffic traffic;
    private final PushWatch pushes;

    Session(
            UUID id,
            AgentIdentity agent,
            AgentRecords.Entry entry,
            SessionContext context,
            Wire wire) {
        this.id = id;
        this.agent = agent;
        this.entry = entry;
        this.loadBalancer = entry.loadBalancer();
        this.context = context;
        this.wire = wire;
        this.traffic = new AgentTraffic(agent.machine(), context);
        this.pushNews = new PushNews(context.credentials());
        this.pushes = new PushWatch(context.meters().push);
        this.mailbox = new Mailbox(context.settings().mailbox(), context.settings().mailboxChars());
    }

    MachineId machine() {
        return agent.machine();
    }

    LoadBalancerId loadBalancer() {
        return loadBalancer;
    }

    void start() {
        Thread.ofVirtual().name("session-" + machine()).start(this::work);
    }

    /** On the event loop. */
    void onText(String text) {
        if (!mailbox.offer(new Mail.FromAgent(text))) {
            drop(Dropped.MAILBOX_FULL);
        }
    }

    /** On the event loop or wherever the stream's end is noticed first. */
    void onClosed() {
        mailbox.close();
    }

    /** Something else may be wanted of the agent. Any thread; never blocks. */
    void onNews() {
        if (hasNews.compareAndSet(false, true) && !mailbox.offer(new Mail.News(false))) {
            drop(Dropped.MAILBOX_FULL);
        }
    }

    /** Somebody asks the agent. Any thread; never blocks. */
    void ask(UUID inquiry) {
        if (!questions.tryAcquire()) {
            context.meters().questionsRefused.increment();
        } else if (!mailbox.offer(new Mail.Question(inquiry))) {
            questions.release();
            context.meters().questionsRefused.increment();
        }
    }

    /** What all agents are told. Any thread; never blocks. */
    void tell(GatewayMessage news) {
        say(news);
    }

    /** How often it is heard of from now on. Any thread; never blocks. */
    void keep(Pace pace) {
        var settings = context.settings();
        wire.pingEvery(pace.ping(settings.ping()));
        wire.onSilence(pace.silence(settings.silence()), () -> drop(Dropped.SILENT));
        if (!pace.equals(toldPace)) {
            toldPace = pace;
            say(pace.message());
            say(pace.traffic());
        }
    }

    private void say(GatewayMessage message) {
        if (!wire.send(message)) {
            drop(Dropped.SLOW);
        }
    }

    /** Whether the agent was told something else. Any thread. */
    boolean differsFrom(VipOrder wanted) {
        return !told.equals(wanted);
    }

    /** Whether this revision was neither sent nor applied. Any thread. */
    boolean isBehind(long revision) {
        var config = applied;
        return pushedRevision < revision && (config == null || config.revision() < revision);
    }

    private void retire() {
        wire.send(new GatewayMessage.Retired("the machine is not wanted any more"));
    }

    /** The agent is to dial again, here or elsewhere. */
    void end() {
        wire.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE, "the gateway closes");
    }

    void drop(Dropped reason) {
        context.meters().dropped(reason);
        wire.close(WebSocketCloseStatus.POLICY_VIOLATION, reason.name());
    }

    private void work() {
        try {
            for (var mail = mailbox.take(); mail != null; mail = mailbox.take()) {
                read(mail);
            }
            context.sessions().remove(this);
            if (isGreeted) {
                context.database()
                        .untilDone(() ->
                                context.records()
                                        .disconnected(loadBalancer, machine().value(), id));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Mail mail) throws InterruptedException {
        try {
            switch (mail) {
                case Mail.FromAgent(var text) -> {
                    context.meters().messages.increment();
                    receive(AgentJson.MAPPER.readValue(text, AgentMessage.class));
                }
                case Mail.News(var again) -> {
                    hasNews.set(false);
                    follow(again);
                }
                case Mail.Question(var inquiry) -> {
                    questions.release();
                    passOn(inquiry);
                }
            }
        } catch (JacksonException _) {
            drop(Dropped.PROTOCOL);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("machineId", machine())
                    .setCause(e)
                    .log("Cannot take an agent's message; its stream is closed");
            drop(Dropped.PROTOCOL);
        }
    }

    private void receive(AgentMessage message) throws InterruptedException {
        if (isGreeted == message instanceof Hello) {
            drop(Dropped.PROTOCOL);
            return;
        }
        switch (message) {
            case Hello hello -> greet(hello);
            case AgentMessage.ConfigApplied(var config) -> onApplied(config);
            case ConfigRefused refusal -> onRefused(refusal);
            case AgentMessage.RoleChanged changed ->
                    write(() ->
                            context.records()
                                    .roleChanged(loadBalancer, machine().value(), id, changed));
            case AgentMessage.HealthChanged(var targets, var whole) -> {
                var isWhole = isNextHealthWhole || Boolean.TRUE.equals(whole);
                isNextHealthWhole = false;
                write(() -> context.health().write(machine().value(), id, targets, isWhole));
            }
            case AgentMessage.AuthoritiesHeld held ->
                    write(() -> context.records().held(machine().value(), id, held));
            case AgentMessage.Heartbeat(var connections) ->
                    context.heartbeats().beat(machine(), connections);
            case AgentMessage.HealthReported report -> answer(report.inquiry(), report);
            case AgentMessage.TargetExplained explained -> answer(explained.inquiry(), explained);
            case AgentMessage.PushesReported(var reports) ->
                    write(() -> context.pushes().write(machine().value(), id, reports));
            case AgentMessage.ConnectionsListed listed -> answer(listed.inquiry(), listed);
            case AgentMessage.ConnectionClosed closed -> answer(closed.inquiry(), closed);
            case AgentMessage.ChangeRehearsed told -> answer(told.inquiry(), told);
            case AgentMessage.MetricsReported report -> answer(report.inquiry(), report);
            case AgentMessage.TrafficMeasured told -> traffic.take(told, mailbox);
            case AgentMessage.PeerHeard _ -> {
                if (VipOrder.PARTED.equals(told)) {
                    write(() -> context.records().peerHeard(loadBalancer, machine(), id));
                }
            }
        }
    }

    private void greet(Hello hello) throws InterruptedException {
        if (!hello.machineId().equals(machine().value())
                || hello.incarnation() != agent.incarnation()
                || !hello.loadBalancerId().equals(loadBalancer.value())) {
            drop(Dropped.IDENTITY);
            return;
        }
        isGreeted = true;
        isNextHealthWhole = true;
        applied = hello.applied();
        yields = hello.yielding() != null;
        told = Boolean.TRUE.equals(hello.yielding()) ? VipOrder.YIELD_OF_BEFORE : VipOrder.CLAIM;
        say(toldPace.traffic());
        follow(false);
        write(() -> {
            if (!context.records().connected(entry, id, context.roster().life(), hello)) {
                turnAway();
            }
        });
    }

    private void turnAway() {
        switch (context.desired().order(machine()).orElse(VipOrder.END)) {
            case VipOrder.End _ -> retire();
            case VipOrder.Drain _ -> {} // has been told, and goes on alone
            case VipOrder.Claim _, VipOrder.Yield _ -> drop(Dropped.OUTRUN);
        }
    }

    private void onApplied(AppliedConfig config) throws InterruptedException {
        applied = config;
        pushes.applied(config.revision());
        refused = null;
        repushes = 0;
        isNextHealthWhole = true;
        write(() -> context.records().applied(loadBalancer, machine().value(), id, config));
    }

    private void onRefused(ConfigRefused refusal) throws InterruptedException {
        if (!refusal.equals(refused)) {
            refused = refusal;
            write(() -> context.records().refused(loadBalancer, machine().value(), id, refusal));
        }
        switch (refusal.code()) {
            case ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, PORT_NOT_PERMITTED ->
                    wire.later(context.repush().delay(firstRepush(), repushes++), this::pushAgain);
            case INVALID, UNSUPPORTED, STALE -> {} // the same document would be refused again
        }
    }

    private Duration firstRepush() {
        return context.settings().firstRepush();
    }

    private void pushAgain() {
        if (!mailbox.offer(new Mail.News(true))) {
            drop(Dropped.MAILBOX_FULL);
        }
    }

    /**
     * Says what the agent does not know yet. Read from the rows each time: whoever wrote them may
     * be another process.
     *
     * @param again even if this is the revision that was sent last
     */
    private void follow(boolean again) throws InterruptedException {
        if (isGreeted) {
            write(() ->
                    context.desired().of(machine()).ifPresent(desired -> tellOf(desired, again)));
        }
    }

    private void tellOf(DesiredReads.Desired desired, boolean again) {
        if (isWanted(desired.revision(), again)) {
            context.desired().config(loadBalancer).ifPresent(this::send);
        }
        pushNews.of(loadBalancer, desired.pushes()).ifPresent(this::say);
        tell(desired.order());
    }

    private void tell(VipOrder wanted) {
        if (wanted.equals(told) || !(yields || wanted.isKnownToAll())) {
            return;
        }
        told = wanted;
        context.meters().orders.increment();
        if (!wire.send(wanted.message(context.settings().orderOutlivesStream()))) {
            drop(Dropped.SLOW);
        }
    }

    private void passOn(UUID inquiry) throws InterruptedException {
        if (isGreeted) {
            write(() -> context.inquiries().question(inquiry, machine()).ifPresent(this::ask));
        }
    }

    private void ask(GatewayMessage question) {
        context.meters().questions.increment();
        if (!wire.send(question)) {
            drop(Dropped.SLOW);
        }
    }

    private void answer(UUID inquiry, AgentMessage answer) throws InterruptedException {
        write(() -> context.inquiries().answer(inquiry, machine(), answer));
    }

    private boolean isWanted(long newest, boolean again) {
        if (newest == 0 || (newest == pushedRevision && !again)) {
            return false;
        }
        var config = applied;
        return config == null || config.revision() < newest;
    }

    private void send(DesiredReads.Published newest) {
        if (newest.revision() != pushedRevision) {
            repushes = 0;
        }
        pushedRevision = newest.revision();
        context.meters().pushes.increment();
        pushes.sent(newest.revision());
        var message =
                new GatewayMessage.ConfigPushed(
                        newest.revision(), newest.document(), newest.sha256());
        if (!wire.send(message)) {
            drop(Dropped.SLOW);
        }
    }

    private void write(Runnable call) throws InterruptedException {
        context.database().whileOpen(mailbox, call);
    }
}
