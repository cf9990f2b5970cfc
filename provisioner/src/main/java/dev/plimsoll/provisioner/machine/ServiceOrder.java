package dev.plimsoll.provisioner.machine;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the infrastructure may have an opinion on in an order.
 *
 * @param externalAddress as ordered; null where it is to be allocated, or where there is none
 * @param assignsTargets whether the targets are to be given the target security group
 */
public record ServiceOrder(
        LoadBalancerId loadBalancer,
        long generation,
        String name,
        Map<String, String> labels,
        @Nullable String externalAddress,
        boolean assignsTargets) {
    public ServiceOrder {
        labels = Map.copyOf(labels);
    }
}
