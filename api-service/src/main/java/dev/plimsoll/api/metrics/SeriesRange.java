package dev.plimsoll.api.metrics;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whole points of one resolution.
 *
 * @param first number of the first point since 1970
 * @param end number of the first that is not among them
 */
record SeriesRange(Resolution resolution, long first, long end) {

    /**
     * @param resolution null for the one that fits
     */
    static SeriesRange of(
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable Resolution resolution,
            Instant now) {
        var until = to == null || to.isAfter(now) ? now : to;
        var chosen = resolution == null ? fitting(from, now) : resolution;
        var since = from == null ? until.minus(chosen.longest()) : from;
        if (!since.isBefore(until)) {
            throw refused(
                    to == null ? "from" : "to",
                    to == null ? since : to,
                    to == null ? "must be in the past" : "must be later than from",
                    to == null ? "< " + now : "> " + since);
        }
        if (since.isBefore(until.minus(chosen.longest()).minus(chosen.point()))) {
            throw refused(
                    "from",
                    since,
                    "must be at most %d points of %s before to"
                            .formatted(chosen.longest().dividedBy(chosen.point()), chosen.text()),
                    ">= " + until.minus(chosen.longest()));
        }
        long seconds = chosen.point().toSeconds();
        return new SeriesRange(
                chosen,
                Math.floorDiv(since.getEpochSecond(), seconds),
                Math.floorDiv(until.getEpochSecond(), seconds));
    }

    private static Resolution fitting(@Nullable Instant from, Instant now) {
        var fine = Resolution.FINE;
        return from == null || !from.isBefore(now.minus(fine.longest()).minus(fine.point()))
                ? fine
                : Resolution.COARSE;
    }

    private static DomainFailure refused(
            String parameter, Instant sent, String detail, String allowed) {
        return new DomainFailure.InvalidFields(
                new FieldError(
                        "#query/" + parameter,
                        Code.OUT_OF_RANGE,
                        detail,
                        sent.toString(),
                        allowed));
    }

    Instant from() {
        return at(first);
    }

    Instant to() {
        return at(end);
    }

    private Instant at(long point) {
        return Instant.ofEpochSecond(point * resolution.point().toSeconds());
    }

    int size() {
        return Math.toIntExact(Math.max(0, end - first));
    }

    long firstSlot() {
        return first * resolution.slots();
    }

    long endSlot() {
        return end * resolution.slots();
    }
}
