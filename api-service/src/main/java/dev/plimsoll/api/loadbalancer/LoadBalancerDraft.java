package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import org.jspecify.annotations.Nullable;

/** A spec as it was sent, before anything is known to be right with it. */
public record LoadBalancerDraft(
        @Nullable String name, @Nullable String version, LoadBalancerSpec spec) {}
