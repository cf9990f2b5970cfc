package dev.plimsoll.api.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the agents of one load balancer have told of single slots, laid over each other. */
final class Timeline {
    private final Map<Long, Map<UUID, Slot>> slots = new HashMap<>();

    void add(UUID machine, long number, Slot slot) {
        slots.computeIfAbsent(number, _ -> new HashMap<>()).put(machine, slot);
    }

    /** Of the slots from the first one on; empty where nothing is known. */
    Optional<Point> point(long firstSlot, int count) {
        var known = new ArrayList<Slot>();
        for (long number = firstSlot; number < firstSlot + count; number++) {
            Slot.together(List.copyOf(slots.getOrDefault(number, Map.of()).values()))
                    .ifPresent(known::add);
        }
        return Point.of(known);
    }
}
