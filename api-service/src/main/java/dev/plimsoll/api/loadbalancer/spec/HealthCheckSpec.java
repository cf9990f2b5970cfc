package dev.plimsoll.api.loadbalancer.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

public record HealthCheckSpec(
        @Nullable Integer healthyThreshold,
        @Nullable Integer unhealthyThreshold,
        @Nullable String interval,
        @Nullable String intervalJitter,
        @Nullable String timeout,
        @Nullable Integer altPort,
        @Nullable Http httpHealthChecks) {

    public record Http(
            @Nullable String path, @Nullable List<String> okStatuses, @Nullable Tls tls) {
        public Http {
            okStatuses = Absent.listOrNull(okStatuses);
        }
    }

    public record Tls(
            @Nullable Boolean enabled,
            @Nullable Boolean skipCertificateValidation,
            @Nullable String customCa) {}
}
