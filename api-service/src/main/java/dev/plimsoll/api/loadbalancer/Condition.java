package dev.plimsoll.api.loadbalancer;

import java.time.Instant;

/** What the provisioner found to be true, or not, of a load balancer. */
public record Condition(
        Type type, State status, String reason, String message, long generation, Instant since) {

    /** Names as in the table {@code condition}, which explains them. */
    public enum Type {
        FEASIBLE,
        SERVING,
        APPLIED,
        REDUNDANT
    }

    /** Names as in the table {@code condition}. */
    public enum State {
        TRUE,
        FALSE,
        UNKNOWN
    }
}
