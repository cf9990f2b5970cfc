package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Everything the engine counts. Fields are made once; recording neither allocates nor looks up. */
public final class EngineMeters {

    /** Why a client's connection was closed before anything was relayed. */
    public enum Rejection implements FlowEnd {
        /** The client's address is in none of the allowed source ranges. */
        SOURCE_RANGE,
        /** The plan's number of connections is reached. */
        MAX_CONNECTIONS,
        /** Too many connections wait for their target to accept. */
        TOO_MANY_CONNECTING,
        /** No target of the pool is healthy. */
        NO_HEALTHY_TARGET,
        /** Every target that was tried refused or did not answer. */
        TARGETS_UNREACHABLE,
        /** The listener was removed while the connection waited to be accepted. */
        LISTENER_REMOVED,
        /** A client of a TLS port did not speak TLS. */
        NOT_TLS,
        /** A TLS client's first message was not one. */
        HELLO_MALFORMED,
        /** A TLS client's first message was longer than any should be. */
        HELLO_TOO_LARGE,
        /** A TLS client's first message was not complete in time. */
        HELLO_TIMEOUT,
        /** Too many TLS clients had not completed their first message. */
        TOO_MANY_HELLOS,
        /** No listener of the port has the TLS client's server name, and none takes all others. */
        UNKNOWN_SERVER_NAME,
        /** Too many connections waited for the first verdict on a target. */
        TOO_MANY_PARKED,
        /** The client left before a target was reached. */
        CLIENT_GONE,
        /** The process has no descriptor left. */
        NO_DESCRIPTORS,
        /** The agent is stopping. */
        STOPPING,
        /** Somebody asked for this one connection's end before it had reached a target. */
        ORDERED;

        /** For a connection that is ended from here before it has reached a target. */
        static Rejection of(CloseCause cause) {
            return cause == CloseCause.ORDERED ? ORDERED : STOPPING;
        }

        ClosedBy by() {
            return this == CLIENT_GONE ? ClosedBy.CLIENT : ClosedBy.AGENT;
        }
    }

    /** Who ended a connection. */
    public enum ClosedBy {
        CLIENT,
        TARGET,
        AGENT
    }

    public enum CloseCause implements FlowEnd {
        /** Both sides ended their half; {@link ClosedBy} is the one that did so first. */
        FIN,
        RESET,
        IDLE,
        SHUTDOWN,
        FAULT,
        /** Somebody asked for this one connection's end. */
        ORDERED
    }

    /** Why a datagram was not forwarded. */
    public enum DatagramDrop {
        /** The client's address is in none of the allowed source ranges. */
        SOURCE_RANGE,
        /** The plan's number of connections, of which a session is one, is reached. */
        MAX_CONNECTIONS,
        /** No target of the pool is healthy. */
        NO_HEALTHY_TARGET,
        /** The target's machine says that nobody takes it. */
        TARGET_UNREACHABLE,
        /** The kernel has no room for it. */
        SEND_BUFFER_FULL,
        /** The kernel refuses to send it. */
        SEND_FAILED,
        /** The listener was removed while the datagram waited to be read. */
        LISTENER_REMOVED,
        /** The process has no descriptor left. */
        NO_DESCRIPTORS
    }

    /** How a client's UDP session ended. */
    public enum SessionEnd implements FlowEnd {
        IDLE,
        /** The listener was removed, or the agent is no longer the active one. */
        LISTENER_REMOVED,
        /** The client's address is no longer in the allowed source ranges. */
        SOURCE_RANGE,
        SHUTDOWN,
        /** Somebody asked for this one session's end. */
        ORDERED
    }

    /** Which way payload went. */
    public enum Direction {
        TO_TARGET,
        TO_CLIENT
    }

    private static final int CAUSES = CloseCause.values().length;

    private final LongAdder opened = new LongAdder();
    private final LongAdder[] rejected = adders(Rejection.values().length);
    private final LongAdder[] closed = adders(ClosedBy.values().length * CAUSES);
    private final LongAdder[] bytes = adders(Direction.values().length);
    private final LongAdder[] datagrams = adders(Direction.values().length);
    private final LongAdder[] datagramDrops = adders(DatagramDrop.values().length);
    private final LongAdder[] sessionEnds = adders(SessionEnd.values().length);
    private final LongAdder sessionsOpened = new LongAdder();
    private final LongAdder[] connectFailures = adders(Reason.values().length);
    private final LongAdder[] probeFailures = adders(Reason.values().length);
    private final LongAdder acceptFailures = new LongAdder();
    private final LongAdder probesDelayed = new LongAdder();
    private final Durations connections = new Durations();
    private final Durations connects = new Durations();
    private final Durations probes = new Durations();

    private static LongAdder[] adders(int n) {
        var all = new LongAdder[n];
        for (int i = 0; i < n; i++) {
            all[i] = new LongAdder();
        }
        return all;
    }

    void connectionOpened(long connectNanos) {
        opened.increment();
        connects.record(connectNanos);
    }

    void connectionClosed(ClosedBy by, CloseCause cause, long openNanos) {
        closed[by.ordinal() * CAUSES + cause.ordinal()].increment();
        connections.record(openNanos);
    }

    void connectionRejected(Rejection reason) {
        rejected[reason.ordinal()].increment();
    }

    void sessionOpened() {
        sessionsOpened.increment();
    }

    void sessionEnded(SessionEnd how) {
        sessionEnds[how.ordinal()].increment();
    }

    void datagramForwarded(Direction direction, int payloadBytes) {
        datagrams[direction.ordinal()].increment();
        bytes[direction.ordinal()].add(payloadBytes);
    }

    void datagramDropped(DatagramDrop reason) {
        datagramDrops[reason.ordinal()].increment();
    }

    void acceptFailed() {
        acceptFailures.increment();
    }

    void connectFailed(Reason cause) {
        connectFailures[cause.ordinal()].increment();
    }

    void probeEnded(Reason reason, long nanos) {
        probes.record(nanos);
        if (reason != Reason.OK) {
            probeFailures[reason.ordinal()].increment();
        }
    }

    void probeDelayed() {
        probesDelayed.increment();
    }

    void bytes(Direction direction, int number) {
        bytes[direction.ordinal()].add(number);
    }

    /** Why a connect can fail. */
    public static Set<Reason> connectCauses() {
        return EnumSet.of(
                Reason.REFUSED,
                Reason.TIMEOUT,
                Reason.UNREACHABLE,
                Reason.RESET,
                Reason.NO_SOURCE_PORT,
                Reason.NO_DESCRIPTOR,
                Reason.OTHER);
    }

    /** Why a probe can fail. */
    public static Set<Reason> probeReasons() {
        return EnumSet.complementOf(
                EnumSet.of(Reason.OK, Reason.NOT_PROBED, Reason.UNCHECKED, Reason.REMOVED));
    }

    /** Connections that reached a target. */
    public long opened() {
        return opened.sum();
    }

    public long rejected(Rejection reason) {
        return rejected[reason.ordinal()].sum();
    }

    public long closed(ClosedBy by, CloseCause cause) {
        return closed[by.ordinal() * CAUSES + cause.ordinal()].sum();
    }

    public long bytes(Direction direction) {
        return bytes[direction.ordinal()].sum();
    }

    /** UDP sessions that were given a target. */
    public long sessionsOpened() {
        return sessionsOpened.sum();
    }

    public long sessionsEnded(SessionEnd how) {
        return sessionEnds[how.ordinal()].sum();
    }

    public long datagrams(Direction direction) {
        return datagrams[direction.ordinal()].sum();
    }

    public long datagramsDropped(DatagramDrop reason) {
        return datagramDrops[reason.ordinal()].sum();
    }

    /** Attempts to reach a target for a client, each of which another target may have made good. */
    public long connectFailures(Reason cause) {
        return connectFailures[cause.ordinal()].sum();
    }

    public long probeFailures(Reason reason) {
        return probeFailures[reason.ordinal()].sum();
    }

    /** Probes that had to wait because too many were under way. */
    public long probesDelayed() {
        return probesDelayed.sum();
    }

    /** Times that accepting paused, for want of descriptors or memory. */
    public long acceptFailures() {
        return acceptFailures.sum();
    }

    public Durations connectionDurations() {
        return connections;
    }

    public Durations connectDurations() {
        return connects;
    }

    public Durations probeDurations() {
        return probes;
    }
}
