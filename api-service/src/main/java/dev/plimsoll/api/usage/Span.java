package dev.plimsoll.api.usage;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/**
 * A stretch of time.
 *
 * @param to not included; a span that would end before it begins is empty
 */
public record Span(Instant from, Instant to) {
    public Span {
        to = to.isBefore(from) ? from : to;
    }

    public static Span of(YearMonth month) {
        return new Span(begin(month), begin(month.plusMonths(1)));
    }

    static YearMonth month(Instant at) {
        return YearMonth.from(at.atOffset(ZoneOffset.UTC));
    }

    private static Instant begin(YearMonth month) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    boolean isEmpty() {
        return from.equals(to);
    }

    public long seconds() {
        return Duration.between(from, to).toSeconds();
    }

    Span within(Span other) {
        var begin = from.isAfter(other.from) ? from : other.from;
        var end = to.isBefore(other.to) ? to : other.to;
        return new Span(begin, end);
    }

    /** Its first seconds. */
    Span first(long seconds) {
        return seconds >= seconds() ? this : new Span(from, from.plusSeconds(seconds));
    }

    /** The calendar months that it touches, in UTC. */
    List<YearMonth> months() {
        return isEmpty()
                ? List.of()
                : Stream.iterate(
                                month(from),
                                month -> begin(month).isBefore(to),
                                month -> month.plusMonths(1))
                        .toList();
    }
}
