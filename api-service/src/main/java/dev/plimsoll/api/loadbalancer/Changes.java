package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a write changes; a write that changes nothing is none.
 *
 * @param since the version that was there before; null where there was nothing
 */
public record Changes(@Nullable String since, List<Change> all) {
    public Changes {
        all = List.copyOf(all);
    }

    static Changes none() {
        return new Changes(null, List.of());
    }

    static Changes creating(LoadBalancerSpec spec) {
        return new Changes(null, List.of(new Change("", null, SpecJson.tree(spec))));
    }

    static Changes removing(LoadBalancerView current) {
        return new Changes(
                current.version(), List.of(new Change("", SpecJson.tree(current.spec()), null)));
    }

    static Changes replacing(LoadBalancerView current, LoadBalancerSpec spec) {
        return new Changes(
                current.version(),
                SpecComparison.between(SpecJson.tree(current.spec()), SpecJson.tree(spec)));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }
}
