package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import dev.plimsoll.agent.protocol.AgentMessage.Step;
import dev.plimsoll.agent.protocol.AgentMessage.Step.Name;
import dev.plimsoll.agent.protocol.AgentMessage.Step.Outcome;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way to one target, gone once, step by step, until one fails: with the probes of the health
 * check, so that both say the same of the same fault. Blocks: for a thread of its own.
 *
 * <pre>
 * ROUTE ─► NEIGHBOUR, CONNECT ─► HEALTH_CONNECT (where it has its own port) ─► TLS ─► HTTP
 *                        └─────► PROXY_HEADER (where there is one, or one would have helped)
 * </pre>
 */
final class Ladder {
    /** For all steps together. */
    static final Duration LIMIT = Duration.ofSeconds(8);

    /** More than the kernel takes to find that nobody has an address. */
    private static final long CONNECT_MILLIS = 3_500;

    /**
     * @param target where traffic goes to
     * @param isStream whether that is TCP
     * @param isProxied whether its connections begin with a PROXY header
     * @param check null for a target that is not probed
     */
    record Way(
            InetSocketAddress target,
            boolean isStream,
            boolean isProxied,
            @Nullable ProbePlan check) {}

    private final Way way;
    private final EventLoop loop;
    private final Transport transport;
    private final long startNanos = System.nanoTime();
    private final List<Step> steps = new ArrayList<>();

    Ladder(Way way, EventLoop loop, Transport transport) {
        this.way = way;
        this.loop = loop;
        this.transport = transport;
    }

    List<Step> climb() throws InterruptedException {
        if (route() && reach()) {
            var check = way.check;
            if (check != null && check.http() != null) {
                ask(check);
            } else if (check != null && hasOwnPort(check)) {
                var end = probe(check);
                add(Name.HEALTH_CONNECT, end.outcome(), end.millis(), check.address());
            } else if (way.isProxied) {
                tryHeader();
            }
        }
        return steps;
    }

    /** Connecting a socket for datagrams sends nothing: the kernel decides on the way, no more. */
    private boolean route() {
        try (var socket = DatagramChannel.open()) {
            socket.connect(way.target);
            var from = ((InetSocketAddress) socket.getLocalAddress()).getAddress();
            add(Name.ROUTE, 0, "The kernel goes there from %s.".formatted(from.getHostAddress()));
            return true;
        } catch (IOException | RuntimeException e) {
            var failure = ConnectFailure.of(e);
            fail(Name.ROUTE, failure.reason(), 0, host() + " " + failure.words() + ".");
            return false;
        }
    }

    private boolean reach() throws InterruptedException {
        if (!way.isStream) {
            unknown(
                    Name.CONNECT,
                    "The traffic is UDP, which not everybody answers: none was sent.");
            return true;
        }
        var end = probe(ProbePlan.connecting(way.target, CONNECT_MILLIS));
        var neighbour = Neighbour.of(host());
        if (neighbour == Neighbour.MISSING && !end.outcome().isSuccess()) {
            fail(
                    Name.NEIGHBOUR,
                    Reason.UNREACHABLE,
                    end.millis(),
                    "Nobody on the link answers for %s (ARP).".formatted(host()));
            return false;
        }
        if (neighbour == Neighbour.KNOWN) {
            add(Name.NEIGHBOUR, 0, host() + " answers on its link (ARP).");
        }
        return add(Name.CONNECT, end.outcome(), end.millis(), way.target);
    }

    private boolean hasOwnPort(ProbePlan check) {
        return !way.isStream || !check.address().equals(way.target);
    }

    private void ask(ProbePlan check) throws InterruptedException {
        var end = probe(check);
        if (end.outcome().phase() == Phase.CONNECT) {
            var name = hasOwnPort(check) ? Name.HEALTH_CONNECT : Name.CONNECT;
            add(name, end.outcome(), end.millis(), check.address());
            return;
        }
        if (hasOwnPort(check)) {
            add(
                    Name.HEALTH_CONNECT,
                    ProbeOutcome.accepted(),
                    end.connectedMillis(),
                    check.address());
        }
        answered(check, end);
        if (!end.outcome().isSuccess() && !hasOwnPort(check)) {
            tryCounterpart(check);
        }
    }

    private void answered(ProbePlan check, ProbeRun.End end) {
        if (end.outcome().phase() == Phase.TLS) {
            add(Name.TLS, end.outcome(), end.millis() - end.connectedMillis(), check.address());
            return;
        }
        var certificate = end.certificate();
        if (certificate != null) {
            steps.add(
                    new Step(
                            Name.TLS,
                            certificate.isFor(host()) ? Outcome.OK : Outcome.NOTED,
                            null,
                            end.securedMillis() - end.connectedMillis(),
                            null,
                            certificate.words(host())));
        }
        add(Name.HTTP, end.outcome(), end.millis() - end.securedMillis(), check.address());
    }

    /** What fails with a PROXY header and works without, or the other way round, is explained. */
    private void tryCounterpart(ProbePlan check) throws InterruptedException {
        var end = probe(check.counterpart());
        if (end.outcome().isSuccess()) {
            fail(
                    Name.PROXY_HEADER,
                    Reason.OTHER,
                    end.millis(),
                    words(way.target)
                            + (check.isProxied()
                                    ? " answers as it should without a PROXY header, not with one."
                                    : " answers as it should with a PROXY header, not without."));
        }
    }

    /** Who takes PROXY headers waits for what comes after this one. */
    private void tryHeader() {
        var target = words(way.target);
        switch (HeaderTrial.of(way.target)) {
            case TAKEN -> add(Name.PROXY_HEADER, 0, target + " took the header and waits.");
            case ENDED ->
                    fail(
                            Name.PROXY_HEADER,
                            Reason.CLOSED,
                            0,
                            target + " ends connections that begin with a PROXY header, only.");
            case MISREAD ->
                    fail(
                            Name.PROXY_HEADER,
                            Reason.OTHER,
                            0,
                            target + " takes the PROXY header for a request.");
            case UNCLEAR ->
                    unknown(
                            Name.PROXY_HEADER,
                            target + " speaks or leaves of its own accord: it cannot be said.");
        }
    }

    private ProbeRun.End probe(ProbePlan plan) throws InterruptedException {
        long left = LIMIT.minusNanos(System.nanoTime() - startNanos).toMillis();
        return ProbeRun.of(plan.within(Math.max(left, 1)), loop, transport);
    }

    private boolean add(Name name, ProbeOutcome outcome, int millis, InetSocketAddress address) {
        boolean isOk = outcome.isSuccess();
        steps.add(
                new Step(
                        name,
                        isOk ? Outcome.OK : Outcome.FAILED,
                        isOk ? null : outcome.reason(),
                        millis,
                        outcome.httpStatus() == 0 ? null : (Integer) outcome.httpStatus(),
                        words(address) + " " + outcome.words() + "."));
        return isOk;
    }

    private void add(Name name, int millis, String detail) {
        steps.add(new Step(name, Outcome.OK, null, millis, null, detail));
    }

    private void fail(Name name, Reason reason, int millis, String detail) {
        steps.add(new Step(name, Outcome.FAILED, reason, millis, null, detail));
    }

    private void unknown(Name name, String detail) {
        steps.add(new Step(name, Outcome.UNKNOWN, null, 0, null, detail));
    }

    private String host() {
        return way.target.getAddress().getHostAddress();
    }

    private static String words(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " port " + address.getPort();
    }
}
