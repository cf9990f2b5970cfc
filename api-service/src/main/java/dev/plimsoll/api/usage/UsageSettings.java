package dev.plimsoll.api.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.usage")
public record UsageSettings(
        @DefaultValue("1h") Duration verifyEvery, @DefaultValue("Plimsoll") String provider) {

    public UsageSettings {
        if (verifyEvery.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.api.usage.verify-every must be at least 1s but is " + verifyEvery);
        }
        if (provider.isBlank()) {
            throw new IllegalArgumentException("plimsoll.api.usage.provider must not be empty");
        }
    }
}
