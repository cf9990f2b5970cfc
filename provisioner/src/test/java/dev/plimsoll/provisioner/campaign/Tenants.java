package dev.plimsoll.provisioner.campaign;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who order, and remember what was accepted. */
final class Tenants {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Ground ground;
    private final List<Ordered> orders = new ArrayList<>();

    Tenants(Ground ground) {
        this.ground = ground;
    }

    /**
     * @return its number
     */
    LoadBalancerId create(Order order) {
        var name = "lb-" + NAMES.incrementAndGet();
        var id = ground.order(name, order.json());
        var ordered = new Ordered(id, new TreeMap<>());
        ordered.put(1, order);
        synchronized (orders) {
            orders.add(ordered);
        }
        return id;
    }

    /** Nothing happens where there is no such load balancer (any more). */
    void update(int number, Order order) {
        at(number)
                .ifPresent(ordered ->
                        ground.update(ordered.id(), order.json())
                                .ifPresent(generation -> ordered.put(generation, order)));
    }

    void delete(int number) {
        at(number).ifPresent(ordered -> ground.delete(ordered.id()));
    }

    Optional<Ordered> at(int number) {
        synchronized (orders) {
            return number < orders.size() ? Optional.of(orders.get(number)) : Optional.empty();
        }
    }

    List<Ordered> all() {
        synchronized (orders) {
            return List.copyOf(orders);
        }
    }

    /**
     * @param accepted by generation
     */
    record Ordered(LoadBalancerId id, Map<Long, Order> accepted) {
        synchronized void put(long generation, Order order) {
            accepted.put(generation, order);
        }

        synchronized long newestGeneration() {
            return ((TreeMap<Long, Order>) accepted).lastKey();
        }

        synchronized Order newest() {
            return ((TreeMap<Long, Order>) accepted).lastEntry().getValue();
        }

        synchronized int count() {
            return accepted.size();
        }
    }
}
