package dev.plimsoll.api.event;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.events")
public record EventSettings(
        @DefaultValue("90d") Duration keep,
        @DefaultValue("20") int maxStreamsPerProject,
        @DefaultValue("400") int maxStreams,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("5s") Duration recheck,
        @DefaultValue("1h") Duration maxAge) {

    public EventSettings {
        if (maxStreamsPerProject < 1 || maxStreams < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.api.events: max-streams-per-project %d and max-streams %d must be at least 1"
                            .formatted(maxStreamsPerProject, maxStreams));
        }
        positive(keep, "keep");
        positive(heartbeat, "heartbeat");
        positive(recheck, "recheck");
        positive(maxAge, "max-age");
    }

    private static void positive(Duration value, String key) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "plimsoll.api.events.%s must be positive but is %s".formatted(key, value));
        }
    }
}
