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
     * An HTTP/1.1 GET after the connect, for the target's address as host.
     *
     * @param path what is not visible ASCII is percent-encoded on the wire
     * @param okStatuses status codes that count as success
     * @param tls null for plain HTTP
     */
    public record Http(String path, List<Integer> okStatuses, @Nullable Tls tls) {
        public Http {
            okStatuses = List.copyOf(okStatuses);
        }
    }

    /**
     * TLS 1.2 or 1.3 before the GET. A target is known by its address only: no server name is sent,
     * and a certificate is held to its signature and its time, not to a name.
     *
     * @param customCaPem certificates that are trusted besides the system's authorities
     */
    public record Tls(boolean skipCertificateValidation, @Nullable String customCaPem) {}
}
