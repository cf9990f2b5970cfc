package dev.plimsoll.api.rehearsal;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.dry-run")
public record RehearsalSettings(
        @DefaultValue("1s") Duration patience, @DefaultValue("3s") Duration proxyPatience) {

    public RehearsalSettings {
        if (!patience.isPositive() || proxyPatience.compareTo(patience) < 0) {
            throw new IllegalArgumentException(
                    "plimsoll.api.dry-run: patience %s must be positive, and proxy-patience %s not less"
                            .formatted(patience, proxyPatience));
        }
    }
}
