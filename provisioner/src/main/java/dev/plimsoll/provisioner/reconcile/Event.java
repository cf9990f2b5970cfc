package dev.plimsoll.provisioner.reconcile;

import java.util.Map;

/** Something that happened to a load balancer, for people. */
record Event(Type type, String message, Map<String, Object> details) {
    Event {
        details = Map.copyOf(details);
    }

    enum Type {
        CREATED,
        READY,
        FAILOVER,
        MACHINE_REPLACED,
        CONFIG_APPLIED,
        CONFIG_REFUSED,
        INFEASIBLE,
        DELETED
    }
}
