package dev.plimsoll.api.authentication;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.auth")
record AuthenticationSettings(@DefaultValue("tokens") Mode mode, @DefaultValue Failures failures) {

    /** Whether requests without a token are answered. */
    enum Mode {
        TOKENS,
        NONE
    }

    /** How many failures one address may cause before it is told to slow down. */
    record Failures(
            @DefaultValue("60") int burst,
            @DefaultValue("60") int perMinute,
            @DefaultValue("10000") int maxAddresses) {

        Failures {
            if (burst < 1 || perMinute < 1 || maxAddresses < 1) {
                throw new IllegalArgumentException(
                        "plimsoll.api.auth.failures: burst %d, per-minute %d and max-addresses %d must be at least 1"
                                .formatted(burst, perMinute, maxAddresses));
            }
        }
    }
}
