package dev.plimsoll.api.usage;

import java.util.List;
import java.util.UUID;

/**
 * Of one load balancer, what was metered when it happened, and what its revisions say now.
 *
 * @param loadBalancerId whose
 */
public record Comparison(UUID loadBalancerId, List<Interval> metered, List<Interval> derived) {
    public Comparison {
        metered = List.copyOf(metered);
        derived = List.copyOf(derived);
    }

    public boolean isMatch() {
        return metered.equals(derived);
    }
}
