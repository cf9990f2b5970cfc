package dev.plimsoll.api.push;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.push")
record PushSettings(
        @DefaultValue("100.64.0.0/10") List<String> refused,
        @DefaultValue List<String> allowed,
        @DefaultValue("500ms") Duration lookup) {

    PushSettings {
        refused = List.copyOf(refused);
        allowed = List.copyOf(allowed);
        if (!lookup.isPositive()) {
            throw new IllegalArgumentException(
                    "plimsoll.api.push.lookup must be positive but is " + lookup);
        }
        try {
            var _ = PushDestinations.of(refused, allowed);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("plimsoll.api.push: " + e.getMessage(), e);
        }
    }
}
