package dev.plimsoll.provisioner.work;

/**
 * Brings one load balancer closer to its order. May be called at any time, twice, or after a crash
 * at any point. Throws {@link LeaseLost} as soon as it notices; any other exception is logged by
 * the loop and tried again later.
 */
@FunctionalInterface
public interface Reconciler {
    Outcome reconcile(Lease lease);
}
