package dev.plimsoll.provisioner.ca;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record CaSettings(
        @DefaultValue("90d") Duration agentLifetime,
        @DefaultValue("30d") Duration renewalGrace,
        @DefaultValue("10m") Duration tokenLifetime,
        @DefaultValue("1d") Duration spread,
        @DefaultValue("1m") Duration renewWithin) {

    private static final Duration SPREAD = Duration.ofDays(1);
    private static final Duration RENEW_WITHIN = Duration.ofMinutes(1);

    @ConstructorBinding
    public CaSettings {
        if (agentLifetime.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.ca.agent-lifetime cannot be " + agentLifetime);
        }
        if (tokenLifetime.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.ca.token-lifetime cannot be " + tokenLifetime);
        }
        if (spread.isNegative()) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.ca.spread cannot be " + spread);
        }
        if (renewWithin.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.ca.renew-within cannot be " + renewWithin);
        }
    }

    /** Rotations at their usual pace. */
    public CaSettings(Duration agentLifetime, Duration renewalGrace, Duration tokenLifetime) {
        this(agentLifetime, renewalGrace, tokenLifetime, SPREAD, RENEW_WITHIN);
    }
}
