package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.loadbalancer.spec.AddressKind;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A load balancer as it is read: what was ordered, and what became of it. */
public record LoadBalancerView(
        UUID id,
        UUID projectId,
        String region,
        String name,
        long generation,
        long observedGeneration,
        LoadBalancerSpec spec,
        Status status,
        List<Condition> conditions,
        @Nullable String privateAddress,
        @Nullable String ephemeralAddress,
        Group targetSecurityGroup,
        Group loadBalancerSecurityGroup) {

    /** A security group. */
    public record Group(UUID id, String name) {}

    public String version() {
        return Version.of(id, generation);
    }

    /** Where it is reached from outside; null while unknown, and for private ones. */
    public @Nullable String externalAddress() {
        return spec.addressKind() == AddressKind.EPHEMERAL
                ? ephemeralAddress
                : spec.externalAddress();
    }

    /** Whether there is nothing to wait for any more. */
    boolean isSettled() {
        return status.kind() != Status.Kind.PENDING;
    }
}
