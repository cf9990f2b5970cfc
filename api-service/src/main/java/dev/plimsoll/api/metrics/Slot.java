package dev.plimsoll.api.metrics;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one agent saw in 5 s, or both together.
 *
 * @param active whether it was the active one when they began
 * @param figures by name, as agents tell them; those that are 0 are left out
 */
record Slot(boolean active, Map<String, Long> figures) {
    static final String TARGETS_HEALTHY = "targetsHealthy";
    static final String TARGETS_UNHEALTHY = "targetsUnhealthy";

    /**
     * Without an active agent's it is not known what went through: a standby that saw nothing says
     * nothing of its peer, nor does one that took over from a peer that was killed. How targets are
     * is the active agent's word; the rest adds up.
     */
    static Optional<Slot> together(Collection<Slot> agents) {
        if (agents.stream().noneMatch(Slot::active)) {
            return Optional.empty();
        }
        var figures = new HashMap<String, Long>();
        for (var agent : agents) {
            agent.figures.forEach((name, value) -> {
                if (!isOfTargets(name)) {
                    figures.merge(name, value, Long::sum);
                } else if (agent.active) {
                    figures.merge(name, value, Long::max);
                }
            });
        }
        return Optional.of(new Slot(true, figures));
    }

    private static boolean isOfTargets(String name) {
        return name.equals(TARGETS_HEALTHY) || name.equals(TARGETS_UNHEALTHY);
    }

    long figure(String name) {
        return figures.getOrDefault(name, 0L);
    }
}
