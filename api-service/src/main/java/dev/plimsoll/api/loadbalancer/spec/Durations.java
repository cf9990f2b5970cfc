package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Bounds of durations. */
final class Durations {
    /** Longer than any probe makes sense; keeps arithmetic on nanoseconds safe. */
    static final long DAY_SECONDS = 86_400;

    private Durations() {}

    /** More than 0 and at most {@code mostSeconds}; absence is fine here. */
    static void checkPositive(
            Place place, @Nullable String text, long mostSeconds, Findings findings) {
        check(place, text, false, mostSeconds, findings);
    }

    static void checkNotNegative(
            Place place, @Nullable String text, long mostSeconds, Findings findings) {
        check(place, text, true, mostSeconds, findings);
    }

    private static void check(
            Place place,
            @Nullable String text,
            boolean zeroIsFine,
            long mostSeconds,
            Findings findings) {
        if (text == null) {
            return;
        }
        var allowed = (zeroIsFine ? "0s.." : ">0s..") + mostSeconds + "s";
        var seconds = Syntax.seconds(text);
        if (seconds.isEmpty()) {
            findings.add(
                    place,
                    Code.MALFORMED,
                    "must be a duration in seconds such as 5s or 0.5s",
                    text,
                    allowed);
        } else if (seconds.get().signum() < 0
                || (seconds.get().signum() == 0 && !zeroIsFine)
                || seconds.get().compareTo(BigDecimal.valueOf(mostSeconds)) > 0) {
            findings.add(
                    place,
                    Code.OUT_OF_RANGE,
                    (zeroIsFine ? "must be from 0s" : "must be more than 0s")
                            + " and at most "
                            + mostSeconds
                            + "s",
                    text,
                    allowed);
        }
    }
}
