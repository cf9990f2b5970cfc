package dev.plimsoll.api.loadbalancer.spec;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant orders, with the member names of the API; a member that is null was not given.
 * Stored as it is: what was written comes back unchanged.
 */
public record LoadBalancerSpec(
        @Nullable String planId,
        @Nullable String externalAddress,
        List<ListenerSpec> listeners,
        List<TargetPoolSpec> targetPools,
        List<NetworkSpec> networks,
        @Nullable OptionsSpec options,
        @Nullable Map<String, String> labels,
        @Nullable Boolean disableTargetSecurityGroupAssignment) {

    public LoadBalancerSpec {
        listeners = Absent.listOrEmpty(listeners);
        targetPools = Absent.listOrEmpty(targetPools);
        networks = Absent.listOrEmpty(networks);
    }

    public AddressKind addressKind() {
        if (externalAddress != null) {
            return AddressKind.STATIC;
        }
        return options != null && Boolean.TRUE.equals(options.ephemeralAddress())
                ? AddressKind.EPHEMERAL
                : AddressKind.PRIVATE;
    }

    /** The credentials that are named. */
    public Set<String> credentialRefs() {
        return options == null ? Set.of() : options.credentialRefs();
    }

    /** Where metrics and logs are to be pushed to. */
    public Set<String> pushUrls() {
        return options == null ? Set.of() : options.pushUrls();
    }

    /** On this plan, unless it names another. */
    public LoadBalancerSpec onPlan(String plan) {
        return planId != null
                ? this
                : new LoadBalancerSpec(
                        plan,
                        externalAddress,
                        listeners,
                        targetPools,
                        networks,
                        options,
                        labels,
                        disableTargetSecurityGroupAssignment);
    }

    /** With the members that the contract fills in; what is equal in meaning becomes equal. */
    public LoadBalancerSpec completed(String defaultPlan) {
        return new LoadBalancerSpec(
                planId == null ? defaultPlan : planId,
                externalAddress,
                listeners.stream().map(ListenerSpec::named).toList(),
                targetPools,
                networks,
                options,
                labels == null || labels.isEmpty() ? null : labels,
                Boolean.TRUE.equals(disableTargetSecurityGroupAssignment));
    }

    /** An update as a whole spec: what may be left out keeps the value that it has. */
    public LoadBalancerSpec keeping(LoadBalancerSpec current) {
        return new LoadBalancerSpec(
                planId == null ? current.planId : planId,
                externalAddress,
                listeners,
                targetPools,
                networks.isEmpty() ? current.networks : networks,
                options,
                labels == null ? current.labels : labels,
                disableTargetSecurityGroupAssignment == null
                        ? current.disableTargetSecurityGroupAssignment
                        : disableTargetSecurityGroupAssignment);
    }

    public LoadBalancerSpec withTargetPool(TargetPoolSpec pool) {
        var pools =
                targetPools.stream()
                        .map(old -> Objects.equals(pool.name(), old.name()) ? pool : old)
                        .toList();
        return withTraffic(listeners, pools);
    }

    public LoadBalancerSpec withTraffic(
            List<ListenerSpec> newListeners, List<TargetPoolSpec> newTargetPools) {
        return new LoadBalancerSpec(
                planId,
                externalAddress,
                newListeners,
                newTargetPools,
                networks,
                options,
                labels,
                disableTargetSecurityGroupAssignment);
    }
}
