package dev.plimsoll.api.forwarding;

import dev.plimsoll.api.loadbalancer.LoadBalancerWrites;
import dev.plimsoll.api.loadbalancer.Precondition;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import dev.plimsoll.api.network.Network;
import dev.plimsoll.api.network.Networks;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.write.Origin;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.stereotype.Service;

/** Writes rules, each as one change of its load balancer's spec. */
@Service
public class ForwardingRules {
    private final LoadBalancerWrites writes;
    private final Networks networks;

    ForwardingRules(LoadBalancerWrites writes, Networks networks) {
        this.writes = writes;
        this.networks = networks;
    }

    /** Which load balancer's rules, and what must hold of it. */
    public record Place(
            UUID projectId, String region, String loadBalancer, Precondition precondition) {}

    public Written create(Place place, ForwardingRule rule, Origin origin) {
        return RuleErrors.translating(() ->
                writes.updateTraffic(
                        place.projectId(),
                        place.region(),
                        place.loadBalancer(),
                        spec -> {
                            checkMembers(place.projectId(), spec, rule);
                            return new RuleBook(spec).with(rule);
                        },
                        place.precondition(),
                        origin));
    }

    public Written update(Place place, String name, ForwardingRule rule, Origin origin) {
        return RuleErrors.translating(() ->
                writes.updateTraffic(
                        place.projectId(),
                        place.region(),
                        place.loadBalancer(),
                        spec -> {
                            var rules = new RuleBook(spec);
                            var changed = rules.replacing(name, rule);
                            requireName(name, rule);
                            checkMembers(place.projectId(), spec, rule);
                            return changed;
                        },
                        place.precondition(),
                        origin));
    }

    public Written delete(Place place, String name, Origin origin) {
        return writes.reduceTraffic(
                place.projectId(),
                place.region(),
                place.loadBalancer(),
                spec -> new RuleBook(spec).without(name),
                place.precondition(),
                origin);
    }

    private static void requireName(String name, ForwardingRule rule) {
        if (rule.name() != null && !rule.name().equals(name)) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "/name",
                            FieldError.Code.IMMUTABLE,
                            "a forwarding rule cannot be renamed",
                            rule.name(),
                            name));
        }
    }

    /** Addresses that are none are for the rules of the spec to find. */
    private void checkMembers(UUID projectId, LoadBalancerSpec spec, ForwardingRule rule) {
        if (Boolean.TRUE.equals(spec.disableTargetSecurityGroupAssignment())) {
            return;
        }
        var networkId = Objects.requireNonNull(spec.networks().getFirst().networkId());
        networks.find(projectId, UUID.fromString(networkId))
                .ifPresent(network -> RuleErrors.throwIfAny(strangers(network, rule)));
    }

    private static List<FieldError> strangers(Network network, ForwardingRule rule) {
        return IntStream.range(0, rule.members().size())
                .filter(i -> network.excludes(rule.members().get(i).ip()))
                .mapToObj(i ->
                        new FieldError(
                                "/members/" + i + "/ip",
                                FieldError.Code.NOT_ALLOWED,
                                "is not in the load balancer's network " + network.name(),
                                rule.members().get(i).ip(),
                                String.join(", ", network.cidrs())))
                .toList();
    }
}
