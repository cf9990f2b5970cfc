package dev.plimsoll.api.connection;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.connections")
public record ConnectionSettings(
        @DefaultValue("2s") Duration patience,
        @DefaultValue("20") int atOnce,
        @DefaultValue("120") int perMinute) {

    public ConnectionSettings {
        if (!patience.isPositive()) {
            throw new IllegalArgumentException(
                    "plimsoll.api.connections: patience %s must be positive".formatted(patience));
        }
        if (atOnce < 1 || perMinute < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.api.connections: at-once %d and per-minute %d must be at least 1"
                            .formatted(atOnce, perMinute));
        }
    }
}
