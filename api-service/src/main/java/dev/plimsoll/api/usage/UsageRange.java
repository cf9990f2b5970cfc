package dev.plimsoll.api.usage;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that somebody asks about.
 *
 * @param from null is the beginning of the current month
 * @param to not included; null is now
 */
public record UsageRange(@Nullable Instant from, @Nullable Instant to) {
    private static final Duration LONGEST = Duration.ofDays(366);

    /** In whole seconds, and no longer than until now. */
    Span at(Instant now) {
        var begin =
                from == null
                        ? Span.of(Span.month(now)).from()
                        : from.truncatedTo(ChronoUnit.SECONDS);
        var end = to == null ? now : to.truncatedTo(ChronoUnit.SECONDS);
        if (from != null && to != null && !begin.isBefore(end)) {
            throw refused(end, "must be later than from", "> " + begin);
        }
        if (Duration.between(begin, end).compareTo(LONGEST) > 0) {
            throw refused(
                    end,
                    "must be at most %d days after from".formatted(LONGEST.toDays()),
                    "<= " + begin.plus(LONGEST));
        }
        return new Span(begin, end).within(new Span(Instant.MIN, now));
    }

    private static DomainFailure refused(Instant end, String detail, String allowed) {
        return new DomainFailure.InvalidFields(
                new FieldError("#query/to", Code.OUT_OF_RANGE, detail, end.toString(), allowed));
    }
}
