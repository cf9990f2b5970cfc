package dev.plimsoll.provisioner.ca;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record CaSettings(
        @DefaultValue("90d") Duration agentLifetime,
        @DefaultValue("30d") Duration renewalGrace,
        @DefaultValue("10m") Duration tokenLifetime) {

    public CaSettings {
        if (agentLifetime.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.ca.agent-lifetime cannot be " + agentLifetime);
        }
        if (tokenLifetime.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.ca.token-lifetime cannot be " + tokenLifetime);
        }
    }
}
