package dev.plimsoll.provisioner.reconcile;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The members of an accepted order that matter here, named as in the API. */
record Spec(
        @Nullable String planId,
        @Nullable String externalAddress,
        List<Listener> listeners,
        List<Pool> targetPools,
        @Nullable Options options,
        Map<String, String> labels,
        @Nullable Boolean disableTargetSecurityGroupAssignment,
        List<NetworkRef> networks) {

    static final String DEFAULT_PLAN = "p10";

    Spec {
        listeners = copy(listeners);
        targetPools = copy(targetPools);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        networks = copy(networks);
    }

    boolean assignsTargets() {
        return !Boolean.TRUE.equals(disableTargetSecurityGroupAssignment);
    }

    boolean isEphemeral() {
        return options != null && Boolean.TRUE.equals(options.ephemeralAddress());
    }

    String plan() {
        return Objects.requireNonNullElse(planId, DEFAULT_PLAN);
    }

    List<String> allowedSourceRanges() {
        return options == null || options.accessControl() == null
                ? List.of()
                : options.accessControl().allowedSourceRanges();
    }

    record NetworkRef(UUID networkId) {}

    record Listener(
            @Nullable String displayName,
            int port,
            String protocol,
            String targetPool,
            List<ServerName> serverNameIndicators,
            @Nullable Timeout tcp,
            @Nullable Timeout udp) {
        Listener {
            serverNameIndicators = copy(serverNameIndicators);
        }
    }

    record ServerName(String name) {}

    record Timeout(@Nullable String idleTimeout) {}

    record Pool(
            String name,
            int targetPort,
            List<Target> targets,
            @Nullable Persistence sessionPersistence,
            @Nullable HealthCheck activeHealthCheck) {
        Pool {
            targets = copy(targets);
        }
    }

    record Target(String ip) {}

    record Persistence(@Nullable Boolean useSourceIpAddress) {}

    record HealthCheck(
            @Nullable Integer healthyThreshold,
            @Nullable Integer unhealthyThreshold,
            @Nullable String interval,
            @Nullable String intervalJitter,
            @Nullable String timeout,
            @Nullable Integer altPort,
            @Nullable HttpChecks httpHealthChecks) {}

    record HttpChecks(@Nullable String path, List<String> okStatuses, @Nullable Tls tls) {
        HttpChecks {
            okStatuses = copy(okStatuses);
        }
    }

    record Tls(
            @Nullable Boolean enabled,
            @Nullable Boolean skipCertificateValidation,
            @Nullable String customCa) {}

    record Options(
            @Nullable Boolean ephemeralAddress,
            @Nullable AccessControl accessControl,
            @Nullable Observability observability) {}

    record Observability(@Nullable Push metrics, @Nullable Push logs) {}

    record Push(@Nullable String credentialsRef, @Nullable String pushUrl) {}

    record AccessControl(List<String> allowedSourceRanges) {
        AccessControl {
            allowedSourceRanges = copy(allowedSourceRanges);
        }
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
