package dev.plimsoll.api.loadbalancer.spec;

/** Where a load balancer is reached from outside its network. */
public enum AddressKind {
    /** On an address that the tenant names. */
    STATIC,
    /** On an address that is allocated with it and released with it. */
    EPHEMERAL,
    /** Nowhere. */
    PRIVATE
}
