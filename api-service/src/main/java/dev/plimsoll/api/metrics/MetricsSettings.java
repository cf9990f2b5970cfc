package dev.plimsoll.api.metrics;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.metrics")
public record MetricsSettings(
        @DefaultValue("1s") Duration patience, @DefaultValue("1s") Duration freshness) {

    public MetricsSettings {
        if (!patience.isPositive() || !freshness.isPositive()) {
            throw new IllegalArgumentException(
                    "plimsoll.api.metrics: patience %s and freshness %s must be positive"
                            .formatted(patience, freshness));
        }
    }
}
