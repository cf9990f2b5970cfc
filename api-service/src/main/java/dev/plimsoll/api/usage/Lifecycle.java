package dev.plimsoll.api.usage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a load balancer's life: all that its use follows from.
 *
 * @param firstReadyAt null while it has never been READY, which is not charged
 * @param orders the plans of its revisions, in the order of their generations
 */
record Lifecycle(
        @Nullable Instant firstReadyAt,
        @Nullable Instant deletionRequestedAt,
        List<PlanOrder> orders) {
    Lifecycle {
        orders = List.copyOf(orders);
    }

    /** A revision, as far as it is of interest here. */
    record PlanOrder(String planId, Instant at) {}

    /**
     * From the first READY until deletion was asked for, cut where the plan changes. Time only goes
     * on: where a clock was set back, a plan begins when the one before it did, or later. What was
     * over within a second is left out.
     */
    List<Interval> intervals() {
        if (firstReadyAt == null) {
            return List.of();
        }
        var intervals = new ArrayList<Interval>();
        var changes = planChanges(firstReadyAt);
        for (int i = 0; i < changes.size(); i++) {
            var begin = changes.get(i).at();
            var end = i + 1 < changes.size() ? changes.get(i + 1).at() : endAfter(begin);
            intervals.add(new Interval(changes.get(i).planId(), begin, end));
        }
        intervals.removeIf(Interval::isEmpty);
        return intervals;
    }

    private List<PlanOrder> planChanges(Instant begin) {
        var changes = new ArrayList<PlanOrder>();
        var latest = seconds(begin);
        String plan = null;
        for (var order : orders) {
            if (!order.planId().equals(plan)) {
                plan = order.planId();
                latest = later(latest, seconds(order.at()));
                changes.add(new PlanOrder(plan, latest));
            }
        }
        return changes;
    }

    private @Nullable Instant endAfter(Instant begin) {
        return deletionRequestedAt == null ? null : later(begin, seconds(deletionRequestedAt));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }
}
