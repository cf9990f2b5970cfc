package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Plan} makes of an order that is not given yet. Answered as JSON by these names.
 *
 * @param obstacle why the order could not be served as it is; null where it could
 * @param document what agents would get; null where they have it already, or its addresses are not
 *     known
 * @param replaced machines that would give their place to others because of it
 * @param drainMillis how long those would leave their connections to end
 */
record RehearsedPlan(
        @Nullable Obstacle obstacle,
        @Nullable String document,
        List<UUID> replaced,
        long drainMillis) {

    record Obstacle(String errorType, String message) {}

    /**
     * @param present what holds for its machines as the order is now
     */
    static RehearsedPlan of(Desired wanted, Observed observed, Observed.Upkeep present) {
        var plan = Plan.between(wanted, observed);
        return new RehearsedPlan(
                plan instanceof Plan.Impossible impossible
                        ? new Obstacle(impossible.errorType(), impossible.message())
                        : null,
                document(wanted, observed),
                replaced(observed, present),
                observed.upkeep().moves().drain().toMillis());
    }

    private static @Nullable String document(Desired wanted, Observed observed) {
        return switch (wanted) {
            case Desired.Gone _ -> null;
            case Desired.Served served ->
                    ServicePlan.vips(served.spec(), observed)
                            .flatMap(vips -> ServicePlan.publish(served, observed, vips))
                            .map(step -> ConfigDocument.of(step.config()))
                            .orElse(null);
        };
    }

    /** Not those that have other reasons to go. */
    private static List<UUID> replaced(Observed observed, Observed.Upkeep present) {
        var asItIs = observed.under(present);
        return observed.machines().stream()
                .filter(machine -> !machine.isDraining())
                .filter(machine -> MachinePlan.isToBeReplaced(machine, observed))
                .filter(machine -> !MachinePlan.isToBeReplaced(machine, asItIs))
                .map(Machine::spec)
                .map(spec -> spec.id().value())
                .toList();
    }
}
