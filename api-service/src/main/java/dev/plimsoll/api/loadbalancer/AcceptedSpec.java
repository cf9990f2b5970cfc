package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;

/** A spec, and how it came to be. */
public record AcceptedSpec(Revision revision, LoadBalancerSpec spec) {}
