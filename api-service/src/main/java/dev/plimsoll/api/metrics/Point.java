package dev.plimsoll.api.metrics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a stretch of time.
 *
 * @param known slots of it, at least one
 * @param figures sums over these slots; of the gauges, also the most and the fewest
 */
record Point(int known, Map<String, Long> figures) {
    static final String MOST_CONNECTIONS = "mostConnections";
    static final String FEWEST_HEALTHY = "fewestHealthy";
    static final String MOST_UNHEALTHY = "mostUnhealthy";
    private static final int SLOT_SECONDS = 5;

    static Optional<Point> of(Collection<Slot> slots) {
        if (slots.isEmpty()) {
            return Optional.empty();
        }
        var figures = new HashMap<String, Long>();
        slots.forEach(slot ->
                slot.figures().forEach((name, value) -> figures.merge(name, value, Long::sum)));
        figures.put(MOST_CONNECTIONS, most(slots, "connections"));
        figures.put(MOST_UNHEALTHY, most(slots, Slot.TARGETS_UNHEALTHY));
        figures.put(
                FEWEST_HEALTHY,
                slots.stream()
                        .mapToLong(slot -> slot.figure(Slot.TARGETS_HEALTHY))
                        .min()
                        .orElse(0));
        figures.values().removeIf(value -> value == 0);
        return Optional.of(new Point(slots.size(), figures));
    }

    private static long most(Collection<Slot> slots, String name) {
        return slots.stream().mapToLong(slot -> slot.figure(name)).max().orElse(0);
    }

    long sum(String name) {
        return figures.getOrDefault(name, 0L);
    }

    double mean(String name) {
        return (double) sum(name) / known;
    }

    double perSecond(String name) {
        return (double) sum(name) / (known * SLOT_SECONDS);
    }
}
