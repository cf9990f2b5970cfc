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
        var first = queue.element();
        if (first != agent) {
            first.yieldToPeer();
        }
        return first == agent;
    }

    /**
     * The agent goes to the end of the queue, and the next has the VIP.
     *
     * @return false where it has not got it, or nobody else is there
     */
    boolean pass(LoadBalancerId loadBalancer, SimulatedAgent agent) {
        var queue = candidates.get(loadBalancer);
        if (queue == null || queue.peek() != agent || queue.size() == 1) {
            return false;
        }
        queue.add(queue.remove());
        queue.element().takeOver();
        return true;
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
