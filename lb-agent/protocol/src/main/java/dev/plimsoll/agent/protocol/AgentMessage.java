package dev.plimsoll.agent.protocol;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an agent says on the control stream. {@link Hello} comes first and once per stream. */
public sealed interface AgentMessage {

    /**
     * Opens the stream. The machine's identity is the certificate's; a Hello that differs from it
     * ends the stream.
     *
     * @param yielding whether the agent leaves the VIP to its peer because it was told to; null
     *     where it is too old to be told
     */
    record Hello(
            UUID machineId,
            long incarnation,
            UUID loadBalancerId,
            long pid,
            String agentVersion,
            @Nullable String adminAddress,
            int connectionLimit,
            Role role,
            long roleSinceEpochMillis,
            @Nullable AppliedConfig applied,
            @Nullable Boolean yielding)
            implements AgentMessage {}

    /**
     * A configuration is in force: an active agent serves it, a standby would from its first moment
     * as active.
     */
    record ConfigApplied(AppliedConfig applied) implements AgentMessage {}

    /**
     * A configuration was not taken; the one before is still in force.
     *
     * @param path JSON pointer into the document, for example {@code /listeners/0/port}
     */
    record ConfigRefused(long revision, Refusal code, String path, String detail)
            implements AgentMessage {}

    record RoleChanged(Role role, long sinceEpochMillis) implements AgentMessage {}

    /**
     * Targets whose state changed, or all of them: right after Hello, after each applied
     * configuration, and when a target has finished draining.
     *
     * @param whole true if a target that is not among these is gone; null where an agent does not
     *     say, and the message's place in the stream does
     */
    record HealthChanged(List<TargetHealth> targets, @Nullable Boolean whole)
            implements AgentMessage {
        public HealthChanged {
            targets = List.copyOf(targets);
        }

        public HealthChanged(List<TargetHealth> targets) {
            this(targets, null);
        }
    }

    record Heartbeat(int activeConnections) implements AgentMessage {}

    /**
     * Whom the agent trusts, and who has certified it: answers {@link
     * GatewayMessage.AuthoritiesChanged}, and is said again after each renewal.
     *
     * @param trusted lower-case hex of the SHA-256 of each one's certificate (DER)
     * @param certifiedBy likewise; null where that one is not trusted any more
     */
    record AuthoritiesHeld(List<String> trusted, @Nullable String certifiedBy)
            implements AgentMessage {
        public AuthoritiesHeld {
            trusted = List.copyOf(trusted);
        }
    }

    /**
     * Answers {@link GatewayMessage.ReportHealth}: targets as they are at this moment.
     *
     * @param targets of them at most {@value #MOST_IN_FULL} with their last probes
     * @param connectionLimit the plan's, or what the machine can hold if that is less
     */
    record HealthReported(
            UUID inquiry, List<TargetHealth> targets, int activeConnections, int connectionLimit)
            implements AgentMessage {

        /** Some 2 kB of JSON each. */
        public static final int MOST_IN_FULL = 500;

        public HealthReported {
            targets = List.copyOf(targets);
        }
    }

    /**
     * Answers {@link GatewayMessage.ExplainTarget}.
     *
     * @param steps in the order in which they build on each other; none that comes after one that
     *     failed. Empty where the agent has no such target
     * @param isBusy the agent explains as much as it can already, and did nothing
     */
    record TargetExplained(
            UUID inquiry,
            List<Step> steps,
            boolean isBusy,
            int activeConnections,
            int connectionLimit)
            implements AgentMessage {
        public TargetExplained {
            steps = List.copyOf(steps);
        }
    }

    /**
     * Answers {@link GatewayMessage.ListConnections}.
     *
     * @param connections the newest first, at most {@value #MOST}
     * @param total how many there are that were asked for, on whatever page
     * @param sampledOneIn the rate in force: one in so many that end is remembered
     * @param kept how many that have ended the agent remembers at most
     * @param isBusy the agent answers as many such questions as it can already, and did nothing
     */
    record ConnectionsListed(
            UUID inquiry,
            List<ConnectionReport> connections,
            int total,
            int sampledOneIn,
            int kept,
            boolean isBusy)
            implements AgentMessage {

        /** Some 600 bytes of JSON each. */
        public static final int MOST = 500;

        public ConnectionsListed {
            connections = List.copyOf(connections);
        }
    }

    /**
     * Answers {@link GatewayMessage.RehearseChange}.
     *
     * @param isBusy the agent rehearses as much as it can already, and did nothing
     * @param generation of the configuration in force, which the document was held against; 0 where
     *     there is none
     * @param objection why the document would be refused; null where it would be taken
     * @param effects in the order of the document; none where nothing is different
     * @param established connections and sessions, all together
     * @param connectionCeiling connections that the machine can hold, whatever the plan allows
     * @param sourcePorts that the machine has for connections to one target
     * @param headers of targets to which PROXY headers would be new, at most {@value #MOST_HEADERS}
     */
    record ChangeRehearsed(
            UUID inquiry,
            boolean isBusy,
            long generation,
            @Nullable Objection objection,
            List<ChangeEffect> effects,
            int established,
            int connectionCeiling,
            int sourcePorts,
            List<HeaderReception> headers)
            implements AgentMessage {

        public static final int MOST_HEADERS = 16;

        public ChangeRehearsed {
            effects = List.copyOf(effects);
            headers = List.copyOf(headers);
        }
    }

    /**
     * Answers {@link GatewayMessage.CloseConnection}.
     *
     * @param isClosed false where the agent has no such connection open
     */
    record ConnectionClosed(UUID inquiry, boolean isClosed) implements AgentMessage {}

    /**
     * @param path JSON pointer into the document
     */
    record Objection(Refusal code, String path, String detail) {}

    /**
     * One step of the way to a target, as it was taken just now.
     *
     * @param reason why it failed; null where it did not
     * @param httpStatus what the target answered, if it did
     * @param detail a sentence for people
     */
    record Step(
            Name name,
            Outcome outcome,
            TargetHealth.@Nullable Reason reason,
            int millis,
            @Nullable Integer httpStatus,
            String detail) {

        public enum Name {
            /** The kernel's choice of a way to the target's address. */
            ROUTE,
            /** What the link layer knows of the address, after the attempt to connect. */
            NEIGHBOUR,
            /** To the port that traffic goes to. */
            CONNECT,
            /** Whether the target takes a PROXY header, where it gets one. */
            PROXY_HEADER,
            /** To the health check's own port. */
            HEALTH_CONNECT,
            TLS,
            HTTP,
            /** Whether the agent may make more connections. */
            LIMIT
        }

        public enum Outcome {
            OK,
            /** No obstacle, but worth knowing. */
            NOTED,
            FAILED,
            /** It cannot be said from here. */
            UNKNOWN
        }
    }

    /**
     * How all pushes of the agent go: answers {@link GatewayMessage.PushAccessGiven}, and is said
     * again on that stream with each change.
     */
    record PushesReported(List<PushReport> pushes) implements AgentMessage {
        public PushesReported {
            pushes = List.copyOf(pushes);
        }
    }

    /**
     * While it leaves the VIP to its peer, the agent's machine notices the peer's claim to it: from
     * here the two are not cut apart. Said every second as long as the order stands.
     */
    record PeerHeard() implements AgentMessage {}

    /**
     * What went through the agent, slot by slot, of slots that have ended. Said as often as {@link
     * GatewayMessage.TellTraffic} wants it and in answer to {@link GatewayMessage.ReportTraffic};
     * the same slot may come more than once.
     *
     * @param inquiry null where nobody has asked
     * @param nowEpochMillis by the clock that the slots have their times from
     */
    record TrafficMeasured(@Nullable UUID inquiry, long nowEpochMillis, List<TrafficSlot> slots)
            implements AgentMessage {
        public TrafficMeasured {
            slots = List.copyOf(slots);
        }
    }

    /**
     * Answers {@link GatewayMessage.ReportMetrics}.
     *
     * @param page as Prometheus reads it; null where it is longer than {@value #MOST_CHARS}
     */
    record MetricsReported(UUID inquiry, @Nullable String page) implements AgentMessage {
        public static final int MOST_CHARS = 3 << 20;
    }

    /** Which of a load balancer's two agents this is. */
    enum Role {
        STARTING,
        STANDBY,
        ACTIVE
    }

    record AppliedConfig(long revision, long generation, String sha256) {}

    enum Refusal {
        /**
         * The document breaks a rule that every agent has: the provisioner should not have sent it.
         */
        INVALID,
        /** This agent cannot do what the document asks for. */
        UNSUPPORTED,
        /** A lower revision than the one in force. */
        STALE,
        /** The address and port are held by somebody else. */
        ADDRESS_IN_USE,
        /** The address cannot be used on this machine. */
        ADDRESS_NOT_AVAILABLE,
        /** The agent may not listen on this port. */
        PORT_NOT_PERMITTED
    }

    /**
     * A target as one agent sees it.
     *
     * @param decidedBy the probe that gave the target its state; null if none did
     * @param recent the last probes, the newest first, at most {@value #MOST_RECENT}; null in
     *     reports of all targets, which would be too long
     * @param connections proxied connections that the target has from this agent
     */
    record TargetHealth(
            String targetPool,
            String ip,
            int port,
            State state,
            Reason reason,
            String detail,
            long sinceEpochMillis,
            @Nullable ProbeResult decidedBy,
            @Nullable List<ProbeResult> recent,
            @Nullable Integer connections) {

        public static final int MOST_RECENT = 20;

        public TargetHealth {
            recent = recent == null ? null : List.copyOf(recent);
        }

        /** Without what only newer agents tell. */
        public TargetHealth(
                String targetPool,
                String ip,
                int port,
                State state,
                Reason reason,
                String detail,
                long sinceEpochMillis) {
            this(targetPool, ip, port, state, reason, detail, sinceEpochMillis, null, null, null);
        }

        public TargetHealth withoutRecent() {
            return new TargetHealth(
                    targetPool,
                    ip,
                    port,
                    state,
                    reason,
                    detail,
                    sinceEpochMillis,
                    decidedBy,
                    null,
                    connections);
        }

        public enum State {
            INITIAL,
            HEALTHY,
            UNHEALTHY,
            /** Has left its pool; its connections may end in their own time. */
            DRAINING
        }

        public enum Reason {
            /** No probe has ended yet. */
            NOT_PROBED,
            OK,
            REFUSED,
            TIMEOUT,
            UNREACHABLE,
            RESET,
            /** The target ended the connection before it had answered. */
            CLOSED,
            /** No common version or cipher, an alert, or no TLS at all. */
            TLS_HANDSHAKE,
            /** No trusted authority has signed the target's certificate. */
            TLS_UNTRUSTED,
            /** The target's certificate is out of its time, or one on the way to the authority. */
            TLS_EXPIRED,
            /** An answer with a status that does not count as success. */
            HTTP_STATUS,
            /** The answer is not HTTP/1. */
            HTTP_MALFORMED,
            /** The answer's head is longer than is read. */
            HTTP_TOO_LARGE,
            /** The agent has no free source port towards the target. */
            NO_SOURCE_PORT,
            /** The agent has no free descriptor. */
            NO_DESCRIPTOR,
            /** The pool has no health check. */
            UNCHECKED,
            /** The target has left its pool. */
            REMOVED,
            OTHER
        }
    }

    /**
     * How one probe ended.
     *
     * @param phase the last one that the probe reached
     * @param errno the kernel's, where it is the kernel that said no
     * @param httpStatus what the target answered, if it did
     */
    record ProbeResult(
            long atEpochMillis,
            int millis,
            TargetHealth.Reason reason,
            Phase phase,
            @Nullable Integer errno,
            @Nullable Integer httpStatus) {

        public enum Phase {
            CONNECT,
            TLS,
            HTTP
        }
    }
}
