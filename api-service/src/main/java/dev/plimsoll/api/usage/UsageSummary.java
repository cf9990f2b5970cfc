package dev.plimsoll.api.usage;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was used in a region.
 *
 * @param plans by their ids
 * @param labels by the values of the label that was asked for
 * @param withoutLabel null where all have the label, or none was asked for
 */
public record UsageSummary(
        Span span,
        Part all,
        SortedMap<String, Part> plans,
        SortedMap<String, Part> labels,
        @Nullable Part withoutLabel) {

    /** What some load balancers were used for, and how many they were. */
    public record Part(int loadBalancers, Total total) {
        static final Part NOTHING = new Part(0, Total.NOTHING);

        Part plus(Part other) {
            return new Part(loadBalancers + other.loadBalancers, total.plus(other.total));
        }
    }

    /** Adds one load balancer after another; keeps the sums only. */
    static final class Sums {
        private static final int MAX_VALUES = 1000;

        private final @Nullable String label;
        private final SortedMap<String, Part> plans = new TreeMap<>();
        private final SortedMap<String, Part> labels = new TreeMap<>();
        private Part all = Part.NOTHING;
        private @Nullable Part withoutLabel;

        /**
         * @param label the key by whose values to sum up as well, if any
         */
        Sums(@Nullable String label) {
            this.label = label;
        }

        void add(LoadBalancerUsage usage) {
            var part = new Part(1, usage.total());
            all = all.plus(part);
            usage.charges().stream()
                    .map(Charge::planId)
                    .distinct()
                    .forEach(plan -> plans.merge(plan, ofPlan(usage, plan), Part::plus));
            if (label != null) {
                addTo(usage.loadBalancer().labels().get(label), part);
            }
        }

        private static Part ofPlan(LoadBalancerUsage usage, String plan) {
            Predicate<Charge> hasPlan = charge -> charge.planId().equals(plan);
            return new Part(1, Total.of(usage.charges().stream().filter(hasPlan).toList()));
        }

        private void addTo(@Nullable String value, Part part) {
            if (value == null) {
                withoutLabel = withoutLabel == null ? part : withoutLabel.plus(part);
                return;
            }
            labels.merge(value, part, Part::plus);
            if (labels.size() > MAX_VALUES) {
                throw new DomainFailure.InvalidFields(
                        new FieldError(
                                "#query/label",
                                Code.TOO_MANY,
                                "has more than " + MAX_VALUES + " values",
                                label,
                                "0.." + MAX_VALUES));
            }
        }

        UsageSummary of(Span span) {
            return new UsageSummary(
                    span,
                    all,
                    Collections.unmodifiableSortedMap(plans),
                    Collections.unmodifiableSortedMap(labels),
                    withoutLabel);
        }
    }
}
