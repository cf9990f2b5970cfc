package dev.plimsoll.api.loadbalancer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a load balancer is doing, computed from what is known; stored nowhere. */
public record Status(Kind kind, @Nullable Fault fault) {
    private static final String INTERNAL = "TYPE_INTERNAL";

    /** The API's names, without their prefix. */
    public enum Kind {
        PENDING,
        READY,
        ERROR,
        TERMINATING
    }

    /**
     * Why it is an error.
     *
     * @param type one of the API's errors[].type
     */
    public record Fault(String type, String description) {}

    /** Redundancy plays no part: one agent that serves is READY. */
    static Status of(
            boolean terminating,
            long generation,
            long observedGeneration,
            List<Condition> conditions,
            Instant now,
            Duration errorAfter) {
        if (terminating) {
            return new Status(Kind.TERMINATING, null);
        }
        var feasible = find(conditions, Condition.Type.FEASIBLE);
        boolean impossible = feasible != null && feasible.status() == Condition.State.FALSE;
        if (impossible && feasible != null && feasible.generation() == generation) {
            return new Status(Kind.ERROR, new Fault(feasible.reason(), feasible.message()));
        }
        var serving = find(conditions, Condition.Type.SERVING);
        if (isTrue(serving)
                && isTrue(find(conditions, Condition.Type.APPLIED))
                && observedGeneration == generation
                && !impossible) {
            return new Status(Kind.READY, null);
        }
        if (serving != null
                && serving.status() == Condition.State.FALSE
                && !serving.since().plus(errorAfter).isAfter(now)) {
            return new Status(Kind.ERROR, new Fault(INTERNAL, serving.message()));
        }
        return new Status(Kind.PENDING, null);
    }

    private static boolean isTrue(@Nullable Condition condition) {
        return condition != null && condition.status() == Condition.State.TRUE;
    }

    private static @Nullable Condition find(List<Condition> conditions, Condition.Type type) {
        return conditions.stream()
                .filter(condition -> condition.type() == type)
                .findFirst()
                .orElse(null);
    }
}
