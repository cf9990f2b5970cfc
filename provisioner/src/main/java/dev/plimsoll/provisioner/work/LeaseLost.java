package dev.plimsoll.provisioner.work;

/**
 * The lease ran out or somebody else has the load balancer now. Whoever meets this stops at once
 * and leaves everything as it is: the next owner looks for itself.
 */
public final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LeaseLost(LoadBalancerId id, long epoch) {
        super("Lease with epoch " + epoch + " on load balancer " + id + " is lost");
    }
}
