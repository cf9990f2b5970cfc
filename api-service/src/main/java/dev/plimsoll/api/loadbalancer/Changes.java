package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that a write changes; a write that changes nothing is none.
 *
 * @param since the version that was there before; null where there was nothing
 * @param before the spec of that version
 */
public record Changes(@Nullable String since, @Nullable LoadBalancerSpec before, List<Change> all) {
    public Changes {
        all = List.copyOf(all);
    }

    public static Changes none() {
        return new Changes(null, null, List.of());
    }

    static Changes creating(LoadBalancerSpec spec) {
        return new Changes(null, null, List.of(new Change("", null, SpecJson.tree(spec))));
    }

    static Changes removing(LoadBalancerView current) {
        return new Changes(
                current.version(),
                current.spec(),
                List.of(new Change("", SpecJson.tree(current.spec()), null)));
    }

    static Changes replacing(LoadBalancerView current, LoadBalancerSpec spec) {
        return new Changes(
                current.version(),
                current.spec(),
                SpecComparison.between(SpecJson.tree(current.spec()), SpecJson.tree(spec)));
    }

    /** What it changes of the plan, if anything. */
    public Optional<PlanChange> plan() {
        return all.stream()
                .flatMap(change ->
                        switch (change.path()) {
                            case "" -> Stream.of(ofWhole(change));
                            case "/planId" ->
                                    Stream.of(
                                            new PlanChange(text(change.from()), text(change.to())));
                            default -> Stream.empty();
                        })
                .findFirst();
    }

    private static PlanChange ofWhole(Change change) {
        return new PlanChange(planOf(change.from()), planOf(change.to()));
    }

    private static @Nullable String planOf(@Nullable JsonNode spec) {
        return spec == null ? null : text(spec.path("planId"));
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        return node == null ? null : node.asString(null);
    }

    /** Whether the load balancer itself goes. */
    public boolean isRemoval() {
        return all.stream().anyMatch(change -> change.path().isEmpty() && change.isRemoval());
    }

    boolean isEmpty() {
        return all.isEmpty();
    }
}
