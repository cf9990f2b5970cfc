package dev.plimsoll.provisioner.machine;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.VipOwnership;
import org.jspecify.annotations.Nullable;

/** What a new machine needs to know to find its gateway and to be let in. */
@FunctionalInterface
public interface Bootstraps {

    /**
     * The document for this machine. Equal to {@code present} as long as that one serves its
     * purpose; otherwise with a new one-time token, the old one being spent or out of date.
     *
     * @param vip what decides which of the load balancer's agents has its VIP
     * @param adminPort where the agent's admin server listens; 0 for any
     * @param present what the machine has now, null for nothing
     */
    Bootstrap bootstrap(
            MachineSpec machine, VipOwnership vip, int adminPort, @Nullable Bootstrap present);
}
