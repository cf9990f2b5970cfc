package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.push.PushCredentials;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether an order can be pushed for: the credentials that it names are there and can be opened.
 * Whether anybody takes the pushes is no matter of the order.
 */
final class PushCheck {
    private final PushCredentials credentials;

    PushCheck(PushCredentials credentials) {
        this.credentials = credentials;
    }

    Optional<StepResult.Impossible> problem(Desired.Served desired) {
        var options = desired.spec().options();
        var named = options == null ? null : options.observability();
        if (named == null) {
            return Optional.empty();
        }
        var refs =
                Stream.of(named.metrics(), named.logs())
                        .flatMap(push -> Stream.ofNullable(ref(push)))
                        .collect(Collectors.toSet());
        if (refs.isEmpty()) {
            return Optional.empty();
        }
        var usable = credentials.usable(desired.id(), refs);
        return problem("METRICS", named.metrics(), usable)
                .or(() -> problem("LOGS", named.logs(), usable));
    }

    private static Optional<StepResult.Impossible> problem(
            String kind, Spec.@Nullable Push push, Set<String> usable) {
        return Optional.ofNullable(ref(push))
                .filter(ref -> !usable.contains(ref))
                .map(ref ->
                        new StepResult.Impossible(
                                "TYPE_" + kind + "_MISCONFIGURED",
                                "The credentials "
                                        + ref
                                        + " are not there, or cannot be opened with this"
                                        + " installation's keys."));
    }

    private static @Nullable String ref(Spec.@Nullable Push push) {
        return push == null ? null : push.credentialsRef();
    }
}
