package dev.plimsoll.provisioner.reconcile;

/** Something that is true of a load balancer, or not, and why. */
record Condition(Type type, Truth status, String reason, String message, long generation) {
    enum Type {
        FEASIBLE,
        SERVING,
        APPLIED,
        REDUNDANT
    }

    enum Truth {
        TRUE,
        FALSE,
        UNKNOWN
    }
}
