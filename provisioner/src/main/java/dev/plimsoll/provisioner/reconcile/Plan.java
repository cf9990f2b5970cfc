package dev.plimsoll.provisioner.reconcile;

import java.util.ArrayList;
import java.util.List;

/**
 * What to do next. Steps whose need shows only after others (an address must be known before it can
 * be claimed) come up in the plan after those are done.
 */
sealed interface Plan {
    String IP_EXHAUSTED = "TYPE_IP_EXHAUSTED";
    String ADDRESS_TAKEN = "TYPE_FIP_NOT_CONFIGURED";

    List<Step> steps();

    record Nothing() implements Plan {
        @Override
        public List<Step> steps() {
            return List.of();
        }
    }

    record Steps(List<Step> steps) implements Plan {
        public Steps {
            steps = List.copyOf(steps);
        }
    }

    /**
     * The order cannot be served as it is.
     *
     * @param errorType one of the API's errors[].type
     * @param steps keep what runs already running
     */
    record Impossible(String errorType, String message, List<Step> steps) implements Plan {
        public Impossible {
            steps = List.copyOf(steps);
        }
    }

    static Plan between(Desired desired, Observed observed) {
        return switch (desired) {
            case Desired.Served served -> ServicePlan.of(served, observed);
            case Desired.Gone _ -> of(RemovalPlan.of(observed));
        };
    }

    static Plan of(List<Step> steps) {
        return steps.isEmpty() ? new Nothing() : new Steps(steps);
    }

    static List<Step> join(List<Step> first, List<Step> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
