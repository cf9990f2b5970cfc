package dev.plimsoll.api.loadbalancer;

/** What a write came to, and what was different before. */
public record Written(LoadBalancerView view, Changes changes) {}
