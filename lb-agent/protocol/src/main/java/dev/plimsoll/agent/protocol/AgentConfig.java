package dev.plimsoll.agent.protocol;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything an agent serves, whole: never a difference to an earlier document. Both agents of a
 * load balancer get the same one and apply it all or nothing.
 *
 * @param revision rises with every document of a load balancer; an agent refuses a lower one
 * @param generation the load balancer's spec that this document was made from
 * @param vips literal addresses; every listener listens on each of them
 * @param maxConnections proxied connections at one time, over all listeners
 * @param allowedSourceRanges CIDR blocks that may connect; empty admits everyone
 * @param observability null where nothing is to be pushed anywhere
 */
public record AgentConfig(
        UUID loadBalancerId,
        long revision,
        long generation,
        List<String> vips,
        int maxConnections,
        List<String> allowedSourceRanges,
        List<ListenerConfig> listeners,
        List<TargetPoolConfig> targetPools,
        @Nullable ObservabilityConfig observability) {

    public AgentConfig {
        vips = List.copyOf(vips);
        allowedSourceRanges = List.copyOf(allowedSourceRanges);
        listeners = List.copyOf(listeners);
        targetPools = List.copyOf(targetPools);
    }

    /** Without anything to push. */
    public AgentConfig(
            UUID loadBalancerId,
            long revision,
            long generation,
            List<String> vips,
            int maxConnections,
            List<String> allowedSourceRanges,
            List<ListenerConfig> listeners,
            List<TargetPoolConfig> targetPools) {
        this(
                loadBalancerId,
                revision,
                generation,
                vips,
                maxConnections,
                allowedSourceRanges,
                listeners,
                targetPools,
                null);
    }
}
