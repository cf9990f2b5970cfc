package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One target of one pool as this agent sees it; outlives the snapshots that name it. */
final class Target {

    /** What must stay the same for a target to keep its state over a configuration change. */
    record Key(String pool, TargetConfig target, @Nullable HealthCheckConfig check) {}

    private final Key key;
    private final InetSocketAddress address;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile TargetHealth health;

    Target(Key key) {
        this.key = key;
        this.address =
                new InetSocketAddress(InetAddress.ofLiteral(key.target.ip()), key.target.port());
        this.health =
                key.check == null
                        ? report(State.HEALTHY, Reason.UNCHECKED, "The pool has no health check.")
                        : report(State.INITIAL, Reason.NOT_PROBED, "No probe has ended yet.");
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
        return health.state() == State.HEALTHY;
    }

    TargetHealth health() {
        return health;
    }

    /**
     * @return whether this is news: another state, or another reason for being unhealthy
     */
    boolean become(State state, Reason reason, String detail) {
        var before = health;
        if (before.state() == state && (state == State.HEALTHY || before.reason() == reason)) {
            return false;
        }
        var now = report(state, reason, detail);
        health = before.state() == state ? since(now, before.sinceEpochMillis()) : now;
        return true;
    }

    private TargetHealth report(State state, Reason reason, String detail) {
        return new TargetHealth(
                key.pool,
                key.target.ip(),
                key.target.port(),
                state,
                reason,
                detail,
                System.currentTimeMillis());
    }

    private static TargetHealth since(TargetHealth h, long sinceEpochMillis) {
        return new TargetHealth(
                h.targetPool(),
                h.ip(),
                h.port(),
                h.state(),
                h.reason(),
                h.detail(),
                sinceEpochMillis);
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
