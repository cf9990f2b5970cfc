package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.Arrangement.Group;
import dev.plimsoll.provisioner.machine.Network;
import org.jspecify.annotations.Nullable;

/**
 * The network that a load balancer lives in.
 *
 * @param arranged what is in force there; null for nothing yet
 */
record Surroundings(
        Network network,
        Group loadBalancerGroup,
        Group targetGroup,
        @Nullable Arrangement arranged) {}
