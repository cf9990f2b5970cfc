package dev.plimsoll.api.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A time in which a load balancer had one plan, in whole seconds.
 *
 * @param to not included; null while it goes on
 */
public record Interval(String planId, Instant from, @Nullable Instant to) {
    public Interval {
        if (to != null && to.isBefore(from)) {
            throw new IllegalArgumentException(
                    "An interval ends at %s, before %s".formatted(to, from));
        }
    }

    boolean isEmpty() {
        return from.equals(to);
    }

    boolean isOpen() {
        return to == null;
    }

    /** What is past: the clock may have been ahead when it began. */
    Span until(Instant end) {
        return new Span(from, to == null ? end : to).within(new Span(Instant.MIN, end));
    }
}
