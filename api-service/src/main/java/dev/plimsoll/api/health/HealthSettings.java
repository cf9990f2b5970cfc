package dev.plimsoll.api.health;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.health")
public record HealthSettings(
        @DefaultValue("500ms") Duration patience,
        @DefaultValue("500ms") Duration freshness,
        @DefaultValue("11s") Duration explanationPatience,
        @DefaultValue("10") int explanationsAtOnce,
        @DefaultValue("30") int explanationsPerMinute) {

    public HealthSettings {
        if (!patience.isPositive()
                || !freshness.isPositive()
                || !explanationPatience.isPositive()) {
            throw new IllegalArgumentException(
                    "plimsoll.api.health: patience %s, freshness %s and explanation-patience %s must be positive"
                            .formatted(patience, freshness, explanationPatience));
        }
        if (explanationsAtOnce < 1 || explanationsPerMinute < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.api.health: explanations-at-once and explanations-per-minute must"
                            + " be at least 1");
        }
    }
}
