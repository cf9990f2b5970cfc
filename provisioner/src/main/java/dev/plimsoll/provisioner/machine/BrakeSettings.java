package dev.plimsoll.provisioner.machine;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record BrakeSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0.2") double share,
        @DefaultValue("8") int minimum,
        @DefaultValue("5m") Duration window,
        @DefaultValue("2s") Duration gather) {
    public static final BrakeSettings DEFAULT =
            new BrakeSettings(true, 0.2, 8, Duration.ofMinutes(5), Duration.ofSeconds(2));

    public BrakeSettings {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.brake.share must lie between 0 and 1, not " + share);
        }
        if (minimum < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.brake.minimum must be positive, not " + minimum);
        }
        if (!window.isPositive() || gather.isNegative() || gather.compareTo(window) >= 0) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.brake: window must be positive and longer than gather");
        }
    }

    /** Dead machines up to which replacement goes on. */
    int allowedAmong(int places) {
        return Math.max(minimum - 1, (int) Math.floor(share * places));
    }

    /** Where the brake could not engage however many are dead, nothing is waited for. */
    public Duration gatherAmong(int places) {
        return enabled && places > allowedAmong(places) ? gather : Duration.ZERO;
    }
}
