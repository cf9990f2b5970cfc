package dev.plimsoll.provisioner.ca;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done next so that the newest authority issues and no other is left. One step at a
 * time: each changes what the next one sees.
 */
final class RotationPlan {
    private RotationPlan() {}

    /** How far an authority has come. */
    record Standing(
            UUID id,
            AuthorityState state,
            int gateways,
            int trustingGateways,
            int agents,
            int trustingAgents,
            int certifiedAgents,
            @Nullable Instant issuesAtLatest) {}

    sealed interface Step {
        UUID authority();

        /** Its key and certificate. */
        record Make(UUID authority) implements Step {}

        /** It certifies from now on, instead of whoever did. */
        record Issue(UUID authority) implements Step {}

        record Retire(UUID authority) implements Step {}
    }

    static Optional<Step> next(List<Standing> authorities, Instant now) {
        return authorities.stream()
                .flatMap(authority -> stepOf(authority, now).stream())
                .findFirst();
    }

    private static Optional<Step> stepOf(Standing authority, Instant now) {
        return switch (authority.state()) {
            case ORDERED -> Optional.of(new Step.Make(authority.id()));
            case TRUSTED ->
                    isKnown(authority, now)
                            ? Optional.of(new Step.Issue(authority.id()))
                            : Optional.empty();
            case RETIRING ->
                    authority.certifiedAgents() == 0
                            ? Optional.of(new Step.Retire(authority.id()))
                            : Optional.empty();
            case ISSUING, RETIRED -> Optional.empty();
        };
    }

    /**
     * Gateways are waited for however long it takes, since one that does not know it would turn
     * agents away; who is dead leaves the roster. Agents that do not answer are not: they learn of
     * it from their driver.
     */
    private static boolean isKnown(Standing authority, Instant now) {
        return authority.trustingGateways() == authority.gateways()
                && (authority.trustingAgents() >= authority.agents()
                        || isPast(authority.issuesAtLatest(), now));
    }

    private static boolean isPast(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
    }
}
