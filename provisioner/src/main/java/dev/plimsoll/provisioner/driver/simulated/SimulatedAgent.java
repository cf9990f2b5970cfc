package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.Enrolment;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.agent.protocol.GatewayMessage.ConfigPushed;
import dev.plimsoll.provisioner.driver.simulated.Dialler.Answer;
import dev.plimsoll.provisioner.driver.simulated.Identities.Identity;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Says all that an agent says, and forwards nothing. Lives on the event loop, and so do its fields.
 *
 * <pre>
 * start ─► enrolling ─► dialling ─► streaming ─┐
 *              ▲           ▲                   │ ends, is denied, or a renewal is due
 *              └── later ──┴───── later ◄──────┘
 * </pre>
 */
final class SimulatedAgent implements GatewayStream.Ears {
    private static final String VERSION = "simulated";

    /** It is no process of its own. */
    private static final long NO_PID = 0;

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final int DENIED_ATTEMPT = 5;

    private final Fleet fleet;
    private final LoadBalancerId loadBalancer;
    private volatile Bootstrap bootstrap;
    private Role role = Role.STARTING;
    private long roleSinceEpochMillis;

    /** Kept until it is certified, since the answer may be lost. */
    private @Nullable AgentKey uncertified;

    private @Nullable X509Certificate certificate;
    private @Nullable Instant renewalDue;

    /** Counts until the bootstrap names other authorities than it did then. */
    private @Nullable Authorities told;

    private @Nullable String toldBeside;
    private @Nullable AppliedConfig applied;
    private @Nullable GatewayStream stream;
    private Duration pace;
    private @Nullable ScheduledFuture<?> nextBeat;
    private final QuietTraffic traffic;
    private int attempt;
    private boolean isYielding;
    private boolean hasEnded;

    SimulatedAgent(Fleet fleet, Bootstrap bootstrap) {
        this.fleet = fleet;
        this.bootstrap = bootstrap;
        this.pace = fleet.heartbeat();
        this.loadBalancer = new LoadBalancerId(bootstrap.loadBalancerId());
        this.traffic = new QuietTraffic(fleet.loop(), fleet.clock(), this::say);
    }

    /** Any thread. */
    void start() {
        fleet.loop()
                .execute(() -> {
                    become(Role.STANDBY);
                    if (fleet.vips().join(loadBalancer, this)) {
                        become(Role.ACTIVE);
                    }
                    dial();
                });
    }

    /** The gateway may have moved. Any thread. */
    void bootstrap(Bootstrap next) {
        bootstrap = next;
    }

    Bootstrap bootstrap() {
        return bootstrap;
    }

    /** Gives up the VIP and is silent for ever. Any thread. */
    void end() {
        fleet.loop().execute(this::endNow);
    }

    /** Its stream ends, as by a fault of the network. Any thread. */
    void disconnect() {
        fleet.loop()
                .execute(() -> {
                    var open = stream;
                    if (open != null) {
                        open.close();
                    }
                });
    }

    /** What is true of it, whatever it has told anybody. Any thread. */
    Future<State> state() {
        return fleet.loop()
                .submit(() -> new State(bootstrap.machineId(), loadBalancer, role, applied));
    }

    record State(
            UUID machine,
            LoadBalancerId loadBalancer,
            Role role,
            @Nullable AppliedConfig applied) {}

    /** Called whenever somebody could take over. */
    void yieldToPeer() {
        if (isYielding && fleet.vips().pass(loadBalancer, this)) {
            become(Role.STANDBY);
            say(new AgentMessage.RoleChanged(role, roleSinceEpochMillis));
        }
    }

    void takeOver() {
        become(Role.ACTIVE);
        say(new AgentMessage.RoleChanged(role, roleSinceEpochMillis));
    }

    /** Until the stream ends, which it does where a renewal is due: it begins with one. */
    private void beat(GatewayStream on) {
        if (stream != on) {
            return;
        }
        var due = renewalDue;
        if (due != null && fleet.clock().instant().isAfter(due)) {
            on.close();
            return;
        }
        say(new AgentMessage.Heartbeat(NoTraffic.CONNECTIONS));
        on.askIfSilent();
        beatIn(pace.toMillis(), on);
    }

    private void beatIn(long millis, GatewayStream on) {
        nextBeat = fleet.loop().schedule(() -> beat(on), millis, TimeUnit.MILLISECONDS);
    }

    /** At a random moment first: all are told at one moment. */
    private void beatAnew(GatewayStream on) {
        if (nextBeat != null) {
            nextBeat.cancel(false);
        }
        beatIn(ThreadLocalRandom.current().nextLong(pace.toMillis()), on);
    }

    private void keep(Duration asked) {
        pace = asked.compareTo(fleet.heartbeat()) > 0 ? asked : fleet.heartbeat();
        if (stream != null) {
            beatAnew(stream);
        }
    }

    @Override
    public void opened(GatewayStream opened) {
        if (hasEnded) {
            opened.close();
            return;
        }
        stream = opened;
        attempt = 0;
        say(hello());
        pace = fleet.heartbeat();
        beatAnew(opened);
    }

    @Override
    public void heard(GatewayMessage message) {
        switch (message) {
            case ConfigPushed pushed -> say(answer(pushed));
            case GatewayMessage.YieldVip _ -> {
                isYielding = true;
                yieldToPeer();
            }
            case GatewayMessage.ClaimVip _ -> isYielding = false;
            case GatewayMessage.Drain _ -> fleet.vips().leave(loadBalancer, this);
            case GatewayMessage.Retired _ -> endNow();
            case GatewayMessage.Pace(var millis) -> keep(Duration.ofMillis(millis));
            case GatewayMessage.PushAccessGiven _ -> {} // it has nothing to push, and says nothing
            case GatewayMessage.GatewaysChanged _ -> {} // simulated agents have one gateway
            case GatewayMessage.AuthoritiesChanged(var authorities, var renewWithinMillis) ->
                    trust(authorities, renewWithinMillis);
            case GatewayMessage.ReportHealth question -> say(NoTraffic.health(question));
            case GatewayMessage.ExplainTarget question -> say(NoTraffic.explained(question));
            case GatewayMessage.ListConnections question -> say(NoTraffic.listed(question));
            case GatewayMessage.CloseConnection question -> say(NoTraffic.closed(question));
            case GatewayMessage.RehearseChange question ->
                    say(NoTraffic.rehearsed(question, applied));
            case GatewayMessage.TellTraffic asked -> traffic.tell(asked);
            case GatewayMessage.ReportTraffic(var inquiry) -> say(traffic.lately(inquiry));
            case GatewayMessage.ReportMetrics(var inquiry) ->
                    say(new AgentMessage.MetricsReported(inquiry, traffic.page()));
        }
    }

    private void trust(Authorities authorities, long renewWithinMillis) {
        told = authorities;
        toldBeside = bootstrap.caCertificatePem();
        var held = fleet.dialler().trust(authorities.certificatesPem()).heldWith(certificate);
        say(held);
        if (!authorities.issuing().equals(held.certifiedBy())) {
            var wait = ThreadLocalRandom.current().nextLong(renewWithinMillis + 1);
            renewalDue = earlier(renewalDue, fleet.clock().instant().plusMillis(wait));
        }
    }

    private static Instant earlier(@Nullable Instant one, Instant other) {
        return one != null && one.isBefore(other) ? one : other;
    }

    /** Where it is to dial, with the authorities that it was told of last. */
    private Bootstrap trusting() {
        var given = bootstrap;
        var last = told;
        return last == null || !given.caCertificatePem().equals(toldBeside)
                ? given
                : given.trusting(last.certificatesPem());
    }

    @Override
    public void closed(boolean isDenied) {
        stream = null;
        traffic.onStreamClosed();
        attempt = isDenied ? Math.max(attempt, DENIED_ATTEMPT) : attempt;
        later();
    }

    private void dial() {
        if (hasEnded) {
            return;
        }
        var due = renewalDue;
        if (due == null) {
            certify(false);
        } else if (fleet.clock().instant().isAfter(due)) {
            certify(true);
        } else {
            fleet.dialler().stream(gateway(), trusting(), this);
        }
    }

    private void certify(boolean isRenewal) {
        var key = uncertified == null ? new AgentKey() : uncertified;
        uncertified = key;
        var to = trusting();
        var request = key.requestPem(name());
        if (isRenewal) {
            fleet.dialler()
                    .renew(
                            gateway(),
                            to,
                            new Enrolment.Renewal(request),
                            answer -> certified(key, answer));
        } else {
            fleet.dialler()
                    .enrol(
                            gateway(),
                            to,
                            new Enrolment.Request(to.enrolmentToken(), request),
                            answer -> certified(key, answer));
        }
    }

    /** The next one with each attempt. */
    private GatewayAddress gateway() {
        var gateways = bootstrap.gateways();
        return gateways.get(attempt % gateways.size());
    }

    private void certified(AgentKey key, Answer answer) {
        if (hasEnded) {
            return;
        }
        if (answer.status() != 200) {
            later();
            return;
        }
        var response = Messages.JSON.readValue(answer.body(), Enrolment.Response.class);
        var next = AgentKey.certificate(response.certificatePem());
        uncertified = null;
        certificate = next;
        fleet.identities().put(name(), new Identity(key.pair().getPrivate(), next));
        renewalDue = renewalOf(next.getNotAfter().toInstant());
        dial();
    }

    /** At a third of its life, as every agent does. */
    private Instant renewalOf(Instant expiry) {
        var now = fleet.clock().instant();
        return now.plus(Duration.between(now, expiry).dividedBy(3));
    }

    private AgentMessage.Hello hello() {
        var to = bootstrap;
        return new AgentMessage.Hello(
                to.machineId(),
                to.incarnation(),
                to.loadBalancerId(),
                NO_PID,
                VERSION,
                null,
                NoTraffic.CONNECTIONS,
                role,
                roleSinceEpochMillis,
                applied,
                isYielding);
    }

    private AgentMessage answer(ConfigPushed pushed) {
        var present = applied;
        if (present != null && pushed.revision() < present.revision()) {
            return refused(pushed, Refusal.STALE, "/revision", "An older one than is in force.");
        }
        if (!sha256(pushed.document()).equals(pushed.sha256())) {
            return refused(pushed, Refusal.INVALID, "", "The hash is of another document.");
        }
        try {
            return apply(pushed, Messages.JSON.readValue(pushed.document(), AgentConfig.class));
        } catch (JacksonException | NullPointerException _) {
            return refused(pushed, Refusal.INVALID, "", "Not a configuration.");
        }
    }

    private AgentMessage apply(ConfigPushed pushed, AgentConfig config) {
        if (!config.loadBalancerId().equals(loadBalancer.value())
                || config.revision() != pushed.revision()) {
            return refused(pushed, Refusal.INVALID, "/revision", "Another one's configuration.");
        }
        var fault = fleet.faults().present(loadBalancer).filter(f -> f.refusal().isPresent());
        if (fault.isPresent()) {
            return refused(
                    pushed,
                    fault.get().refusal().orElseThrow(),
                    "/listeners/0/port",
                    fault.get().text());
        }
        applied = new AppliedConfig(config.revision(), config.generation(), pushed.sha256());
        say(new AgentMessage.ConfigApplied(applied));
        return new AgentMessage.HealthChanged(unprobed(config));
    }

    private static AgentMessage refused(
            ConfigPushed pushed, Refusal code, String path, String detail) {
        return new AgentMessage.ConfigRefused(pushed.revision(), code, path, detail);
    }

    /** Nobody probes them: they count as healthy, and say why. */
    private List<TargetHealth> unprobed(AgentConfig config) {
        var now = fleet.clock().millis();
        traffic.targets(config.targetPools().stream().mapToInt(it -> it.targets().size()).sum());
        return config.targetPools().stream()
                .flatMap(pool ->
                        pool.targets().stream()
                                .map(target ->
                                        new TargetHealth(
                                                pool.name(),
                                                target.ip(),
                                                target.port(),
                                                TargetHealth.State.HEALTHY,
                                                TargetHealth.Reason.UNCHECKED,
                                                VERSION,
                                                now)))
                .toList();
    }

    private void become(Role next) {
        role = next;
        roleSinceEpochMillis = fleet.clock().millis();
        traffic.become(next);
    }

    private void later() {
        if (!hasEnded) {
            var wait = fleet.backoff().delay(FIRST_WAIT, attempt++);
            var _ = fleet.loop().schedule(this::dial, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void endNow() {
        if (hasEnded) {
            return;
        }
        hasEnded = true;
        fleet.vips().leave(loadBalancer, this);
        fleet.identities().remove(name());
        var open = stream;
        if (open != null) {
            open.close();
        }
    }

    private void say(AgentMessage message) {
        var open = stream;
        if (open != null) {
            open.say(message);
        }
    }

    private String name() {
        return Objects.toString(bootstrap.machineId());
    }

    private static String sha256(String document) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(document.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
