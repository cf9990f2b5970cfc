package dev.plimsoll.api.health;

import dev.plimsoll.api.loadbalancer.Condition;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the targets of a load balancer are, as its agents see them. */
public record HealthReport(Condition agreement, List<Agent> agents, List<Pool> pools) {

    public enum State {
        INITIAL,
        HEALTHY,
        UNHEALTHY,
        DRAINING
    }

    /** Why an agent is shown as it is. */
    public enum AgentReason {
        ANSWERED,
        CONNECTION_LIMIT,
        NOT_CONNECTED,
        NO_ANSWER
    }

    /**
     * @param activeConnections null without an answer, as is the limit
     */
    public record Agent(
            UUID machine,
            @Nullable String role,
            boolean connected,
            AgentReason reason,
            String message,
            @Nullable Integer activeConnections,
            @Nullable Integer connectionLimit) {}

    public record Pool(String name, List<Target> targets) {}

    /**
     * @param shown what decides on its traffic
     */
    public record Target(
            @Nullable String displayName,
            String ip,
            int port,
            Seen shown,
            boolean agentsDisagree,
            List<Seen> seen) {}

    /**
     * What one agent sees.
     *
     * @param since null until it has reported
     * @param live null where it could not be asked
     */
    public record Seen(
            UUID machine,
            State state,
            HealthReason reason,
            String message,
            @Nullable Instant since,
            @Nullable Live live) {}

    /** What only the agent itself knows. */
    public record Live(@Nullable Integer connections, @Nullable List<Probe> recent) {}

    public record Probe(
            Instant at,
            int millis,
            HealthReason reason,
            HealthReason.Phase phase,
            @Nullable Integer errno,
            @Nullable Integer httpStatus) {}
}
