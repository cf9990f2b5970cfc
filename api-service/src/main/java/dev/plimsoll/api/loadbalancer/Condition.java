package dev.plimsoll.api.loadbalancer;

import java.time.Instant;

/** What the provisioner found to be true, or not, of a load balancer. */
public record Condition(
        Type type, State status, String reason, String message, long generation, Instant since) {

    /**
     * Names as in the table {@code condition}, which explains them, and those that are computed.
     */
    public enum Type {
        FEASIBLE,
        SERVING,
        APPLIED,
        REDUNDANT,
        /** Both agents see every target alike. Never stored: found when it is read. */
        AGENTS_AGREE,
        /** Likewise; where the order names somebody to push metrics to. */
        METRICS_PUSHED,
        /** Likewise; for records of flows. */
        LOGS_PUSHED
    }

    /** Names as in the table {@code condition}. */
    public enum State {
        TRUE,
        FALSE,
        UNKNOWN
    }
}
