package dev.plimsoll.api.usage;

import java.util.List;

/** What one load balancer was used for. */
public record LoadBalancerUsage(UsedLoadBalancer loadBalancer, List<Charge> charges) {
    public LoadBalancerUsage {
        charges = List.copyOf(charges);
    }

    public Total total() {
        return Total.of(charges);
    }
}
