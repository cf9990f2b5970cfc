package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.UUID;

/**
 * One machine, for ever: a replacement has another id and a higher incarnation.
 *
 * @param slot which of the load balancer's two places it fills
 */
public record MachineSpec(
        MachineId id, LoadBalancerId loadBalancer, UUID project, int slot, long incarnation) {
    public MachineSpec {
        if (slot != 0 && slot != 1) {
            throw new IllegalArgumentException("no such slot: " + slot);
        }
    }
}
