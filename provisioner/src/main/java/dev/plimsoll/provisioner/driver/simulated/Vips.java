package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Who answers for a load balancer: the first that came and is still there, as with the local
 * driver's lock. On the event loop only.
 */
final class Vips {
    private final Map<LoadBalancerId, Queue<SimulatedAgent>> candidates = new HashMap<>();

    /** Whether the VIP is the agent's from now on. */
    boolean join(LoadBalancerId loadBalancer, SimulatedAgent agent) {
        var queue = candidates.computeIfAbsent(loadBalancer, _ -> new ArrayDeque<>(2));
        queue.add(agent);
        return queue.peek() == agent;
    }

    /** The next has it at once. */
    void leave(LoadBalancerId loadBalancer, SimulatedAgent agent) {
        var queue = candidates.get(loadBalancer);
        if (queue == null) {
            return;
        }
        var wasFirst = queue.peek() == agent;
        queue.remove(agent);
        var next = queue.peek();
        if (next == null) {
            candidates.remove(loadBalancer);
        } else if (wasFirst) {
            next.takeOver();
        }
    }
}
