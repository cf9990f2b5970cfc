package dev.plimsoll.agent.protocol;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the gateway says on the control stream. */
public sealed interface GatewayMessage {

    /**
     * A configuration to apply. Sent after Hello where the agent's differs, and for each new
     * revision.
     *
     * @param document the JSON text of an {@link AgentConfig}
     * @param sha256 lower-case hex over the UTF-8 bytes of {@code document}
     */
    record ConfigPushed(long revision, String document, String sha256) implements GatewayMessage {}

    /**
     * The gateways that live, for the next dial; kept by the agent over its own end. Sent after
     * Hello and whenever one comes or goes.
     */
    record GatewaysChanged(List<GatewayAddress> gateways) implements GatewayMessage {
        public GatewaysChanged {
            gateways = List.copyOf(gateways);
        }
    }

    /**
     * How often to say that the agent is there: the more agents a gateway has, the less often. An
     * agent that hears nothing for as long asks whether its gateway is there, and gives it up after
     * three times as long. Holds for this stream; until it is said, {@value #FASTEST_MILLIS} ms do.
     */
    record Pace(long millis) implements GatewayMessage {
        public static final long FASTEST_MILLIS = 1_000;

        /** What is slower than that is taken for that: nobody can be told to be silent. */
        public static final long SLOWEST_MILLIS = 200_000;

        public Pace {
            millis = Math.clamp(millis, FASTEST_MILLIS, SLOWEST_MILLIS);
        }
    }

    /**
     * Whom to trust from now on. Sent after Hello and with each change; answered with {@link
     * AgentMessage.AuthoritiesHeld} once it is saved. An agent whose certificate is not of the
     * issuing one renews it.
     *
     * @param renewWithinMillis any time within this, so that a fleet does not come at once
     */
    record AuthoritiesChanged(Authorities authorities, long renewWithinMillis)
            implements GatewayMessage {}

    /**
     * Leave the VIP to the peer until {@link ClaimVip}. Said again after each Hello as long as it
     * is wanted.
     *
     * @param outlivesStreamMillis an agent that has had no stream for this long claims the VIP
     *     again
     */
    record YieldVip(String reason, long outlivesStreamMillis) implements GatewayMessage {}

    /** The peer is not to be preferred any more. */
    record ClaimVip() implements GatewayMessage {}

    /**
     * Give the VIP up for good, and let connections go on until the machine is removed, which is
     * when the last has ended, or after a time.
     */
    record Drain(String reason) implements GatewayMessage {}

    /** The machine is not wanted any more: stop accepting, give up the VIP, end. */
    record Retired(String reason) implements GatewayMessage {}

    /**
     * Somebody reads health: answer with {@link AgentMessage.HealthReported}. Agents of before this
     * message do not answer.
     *
     * @param targetPool null for all
     */
    record ReportHealth(UUID inquiry, @Nullable String targetPool) implements GatewayMessage {}

    /**
     * Go the way to a target step by step, once, and answer with {@link
     * AgentMessage.TargetExplained}.
     *
     * @param port the one that traffic goes to
     */
    record ExplainTarget(UUID inquiry, String targetPool, String ip, int port)
            implements GatewayMessage {}

    /**
     * Sent after Hello and with each change, while the newest order names somebody to push to.
     * Agents of before this message do not push.
     */
    record PushAccessGiven(PushAccess access) implements GatewayMessage {}

    /**
     * Somebody reads connections: answer with {@link AgentMessage.ConnectionsListed}. All that is
     * null is not asked for.
     *
     * @param client an address or a block of addresses
     * @param sinceEpochMillis open ones that were accepted, or others that ended, from then on
     * @param beforeEpochMillis where an earlier answer ended, with {@code beforeId}
     * @param most to be answered
     */
    record ListConnections(
            UUID inquiry,
            boolean open,
            @Nullable String client,
            @Nullable String target,
            @Nullable Integer targetPort,
            @Nullable String listener,
            @Nullable Long sinceEpochMillis,
            @Nullable Long beforeEpochMillis,
            @Nullable String beforeId,
            int most)
            implements GatewayMessage {}

    /**
     * End a connection by resetting both sides, or a session by forgetting it, and answer with
     * {@link AgentMessage.ConnectionClosed}.
     */
    record CloseConnection(UUID inquiry, UUID connection) implements GatewayMessage {}

    /**
     * Somebody asks what a change would do: change nothing, and answer with {@link
     * AgentMessage.ChangeRehearsed}. Agents of before this message do not answer.
     *
     * @param document the JSON text of an {@link AgentConfig}; null for the end of the load
     *     balancer
     */
    record RehearseChange(UUID inquiry, @Nullable String document) implements GatewayMessage {}

    /**
     * How often to say {@link AgentMessage.TrafficMeasured}. Until this is said an agent does not:
     * there are gateways that do not know it.
     */
    record TellTraffic(long everyMillis) implements GatewayMessage {
        public static final long SHORTEST_MILLIS = 1_000;
        public static final long LONGEST_MILLIS = 600_000;

        public TellTraffic {
            everyMillis = Math.clamp(everyMillis, SHORTEST_MILLIS, LONGEST_MILLIS);
        }
    }

    /** Somebody looks: answer with {@link AgentMessage.TrafficMeasured}, of the last minutes. */
    record ReportTraffic(UUID inquiry) implements GatewayMessage {}

    /** Somebody's Prometheus looks: answer with {@link AgentMessage.MetricsReported}. */
    record ReportMetrics(UUID inquiry) implements GatewayMessage {}
}
