package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.UUID;

/** What the tenant wants of a load balancer. */
sealed interface Desired {
    LoadBalancerId id();

    UUID project();

    record Served(
            LoadBalancerId id,
            UUID project,
            String name,
            long generation,
            Spec spec,
            int maxConnections)
            implements Desired {}

    /** Nothing of it is to be left. */
    record Gone(LoadBalancerId id, UUID project) implements Desired {}
}
