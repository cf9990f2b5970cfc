package dev.plimsoll.api.loadbalancer.spec;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

public record OptionsSpec(
        @Nullable Boolean privateNetworkOnly,
        @Nullable Boolean ephemeralAddress,
        @Nullable AccessControl accessControl,
        @Nullable Observability observability) {

    public OptionsSpec {
        observability = observability == null || observability.isEmpty() ? null : observability;
    }

    /** The credentials that are named. */
    Set<String> credentialRefs() {
        return observability == null
                ? Set.of()
                : Stream.of(observability.logs(), observability.metrics())
                        .map(push -> push == null ? null : push.credentialsRef())
                        .filter(Objects::nonNull)
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** Those that are named, of both kinds. */
    Set<String> pushUrls() {
        return observability == null
                ? Set.of()
                : Stream.of(observability.logs(), observability.metrics())
                        .map(push -> push == null ? null : push.pushUrl())
                        .filter(Objects::nonNull)
                        .collect(Collectors.toUnmodifiableSet());
    }

    public record AccessControl(@Nullable List<String> allowedSourceRanges) {
        public AccessControl {
            allowedSourceRanges = Absent.listOrNull(allowedSourceRanges);
        }
    }

    public record Observability(@Nullable Push logs, @Nullable Push metrics) {
        public Observability {
            logs = logs == null || logs.isEmpty() ? null : logs;
            metrics = metrics == null || metrics.isEmpty() ? null : metrics;
        }

        boolean isEmpty() {
            return logs == null && metrics == null;
        }
    }

    public record Push(@Nullable String credentialsRef, @Nullable String pushUrl) {
        public Push {
            credentialsRef = Absent.blankToNull(credentialsRef);
            pushUrl = Absent.blankToNull(pushUrl);
        }

        boolean isEmpty() {
            return credentialsRef == null && pushUrl == null;
        }
    }
}
