package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.Optional;

/**
 * Networks and packet filters, of a driver whose machines have their own. Calls may be repeated and
 * end as those of {@link MachineDriver} do.
 */
public interface Networking {

    /** Where a network's private VIPs are taken from. */
    AddressRange privateAddresses(Network network);

    /**
     * VIPs, packet filters and security groups are as wanted afterwards, and nothing of an earlier
     * arrangement is left. Machines that do not run are left out; they are wanted again as long as
     * they are not in {@link #arranged}.
     */
    MachineOutcome arrange(Arrangement wanted);

    /** What is in force. Cheap: asked in every pass. */
    Optional<Arrangement> arranged(LoadBalancerId loadBalancer);

    /** What is to let the load balancer's machines through to a target, and what does, now. */
    Filtering filtering(LoadBalancerId loadBalancer, String target);
}
