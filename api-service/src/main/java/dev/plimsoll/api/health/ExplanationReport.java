package dev.plimsoll.api.health;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is wrong with a target, found out just now. */
public record ExplanationReport(
        String targetPool, String ip, int port, String message, List<Agent> agents, Filter filter) {

    /** How an agent took the question. */
    public enum AgentReason {
        ANSWERED,
        NOT_CONNECTED,
        NO_ANSWER,
        BUSY,
        NOT_CONFIGURED
    }

    public record Agent(
            UUID machine,
            @Nullable String role,
            boolean connected,
            AgentReason reason,
            String message,
            List<Step> steps) {}

    /** Names as in the contract, and as agents say them. */
    public enum StepName {
        ROUTE,
        NEIGHBOUR,
        CONNECT,
        PROXY_HEADER,
        HEALTH_CONNECT,
        TLS,
        HTTP,
        LIMIT
    }

    public enum StepOutcome {
        OK,
        NOTED,
        FAILED,
        UNKNOWN
    }

    /**
     * @param reason why it failed; null where it did not
     */
    public record Step(
            StepName name,
            StepOutcome outcome,
            @Nullable HealthReason reason,
            int millis,
            @Nullable Integer httpStatus,
            String message) {}

    public enum FilterOutcome {
        ADMITTED,
        NOT_ADMITTED,
        NOT_APPLIED,
        NOT_FILTERED,
        UNKNOWN
    }

    /** What packet filters in front of the target are to let through, and what they do. */
    public record Filter(
            FilterOutcome outcome, String message, List<String> wanted, List<String> applied) {}
}
