package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One target of one pool as this agent sees it; outlives the snapshots that name it. */
final class Target {

    /**
     * What must stay the same for a target to keep its state over a configuration change.
     *
     * @param isProxied whether its connections begin with a PROXY header
     */
    record Key(
            String pool,
            TargetConfig target,
            @Nullable HealthCheckConfig check,
            boolean isProxied) {

        /** Equal for keys that differ in how the target is probed only. */
        Place place() {
            return new Place(pool, target);
        }
    }

    record Place(String pool, TargetConfig target) {}

    /**
     * @param decidedBy null where no probe did
     */
    private record Verdict(
            State state,
            Reason reason,
            String detail,
            long sinceEpochMillis,
            @Nullable ProbeResult decidedBy) {}

    private final Key key;
    private final InetSocketAddress address;
    private final AtomicInteger connections = new AtomicInteger();
    private final ProbeHistory history = new ProbeHistory();
    private volatile Verdict verdict;

    Target(Key key) {
        this.key = key;
        this.address =
                new InetSocketAddress(InetAddress.ofLiteral(key.target.ip()), key.target.port());
        this.verdict =
                key.check == null
                        ? first(State.HEALTHY, Reason.UNCHECKED, "The pool has no health check.")
                        : first(State.INITIAL, Reason.NOT_PROBED, "No probe has ended yet.");
    }

    private static Verdict first(State state, Reason reason, String detail) {
        return new Verdict(state, reason, detail, System.currentTimeMillis(), null);
    }

    Key key() {
        return key;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Where probes go: the health check's own port if it has one. */
    InetSocketAddress probeAddress() {
        var check = key.check;
        return check == null || check.port() == null
                ? address
                : new InetSocketAddress(address.getAddress(), check.port());
    }

    boolean isHealthy() {
        return verdict.state == State.HEALTHY;
    }

    State state() {
        return verdict.state;
    }

    /** What the target's probes brought; its prober adds to it. */
    ProbeHistory history() {
        return history;
    }

    /** For a report of all targets. */
    TargetHealth health(int connections) {
        return report(connections, null);
    }

    /** With the last probes. */
    TargetHealth healthInFull() {
        return report(connections(), history.newestFirst());
    }

    /**
     * @return whether this is news: another state, or another reason for being unhealthy
     */
    synchronized boolean become(State state, Reason reason, String detail) {
        var before = verdict;
        if (before.state == State.DRAINING) {
            return false;
        }
        if (before.state == state && (state == State.HEALTHY || before.reason == reason)) {
            return false;
        }
        long now = System.currentTimeMillis();
        verdict =
                new Verdict(
                        state,
                        reason,
                        detail,
                        before.state == state ? before.sinceEpochMillis : now,
                        history.newest());
        return true;
    }

    /** It has left its pool: nobody probes it or connects to it any more. */
    synchronized void leave() {
        verdict = first(State.DRAINING, Reason.REMOVED, "The target has left its pool.");
    }

    private TargetHealth report(int connections, @Nullable List<ProbeResult> recent) {
        var now = verdict;
        return new TargetHealth(
                key.pool,
                key.target.ip(),
                key.target.port(),
                now.state,
                now.reason,
                now.detail,
                now.sinceEpochMillis,
                now.decidedBy,
                recent,
                connections);
    }

    void connectionOpened() {
        connections.incrementAndGet();
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    int connections() {
        return connections.get();
    }
}
