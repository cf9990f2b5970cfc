package dev.plimsoll.agent.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the targets of a pool are probed.
 *
 * @param jitterMillis each wait is {@code intervalMillis} plus a random part of this
 * @param timeoutMillis may exceed the interval
 * @param healthyThreshold successes in a row that make a target healthy
 * @param unhealthyThreshold failures in a row that make a target unhealthy
 * @param port probed instead of the target's port; null for the target's own
 * @param http null for a probe that only connects
 */
public record HealthCheckConfig(
        long intervalMillis,
        long jitterMillis,
        long timeoutMillis,
        int healthyThreshold,
        int unhealthyThreshold,
        @Nullable Integer port,
        @Nullable Http http) {

    /**
     * An HTTP/1.1 GET after the connect.
     *
     * @param okStatuses status codes that count as success
     * @param tls null for plain HTTP
     */
    public record Http(String path, List<Integer> okStatuses, @Nullable Tls tls) {
        public Http {
            okStatuses = List.copyOf(okStatuses);
        }
    }

    /**
     * @param customCaPem trusted besides the system's authorities
     */
    public record Tls(boolean skipCertificateValidation, @Nullable String customCaPem) {}
}
