package dev.plimsoll.api.serviceaccount;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.service-accounts")
public record ServiceAccountSettings(
        @Nullable URI tokenEndpoint,
        @DefaultValue("plimsoll") String issuer,
        @DefaultValue("15m") Duration accessTokenLifetime,
        @DefaultValue("7d") Duration refreshTokenLifetime,
        @DefaultValue("15m") Duration maxAssertionLifetime,
        @DefaultValue("60s") Duration clockSkew) {
    /** The Python SDK renews its token five minutes before it expires. */
    private static final Duration SHORTEST = Duration.ofMinutes(6);

    public ServiceAccountSettings {
        if (issuer.isBlank()) {
            throw new IllegalArgumentException(
                    "plimsoll.api.service-accounts.issuer must not be empty");
        }
        if (accessTokenLifetime.compareTo(SHORTEST) < 0
                || refreshTokenLifetime.compareTo(accessTokenLifetime) < 0) {
            throw new IllegalArgumentException(
                    "plimsoll.api.service-accounts: access-token-lifetime %s must be at least %s, and refresh-token-lifetime %s no shorter"
                            .formatted(accessTokenLifetime, SHORTEST, refreshTokenLifetime));
        }
        if (clockSkew.isNegative() || maxAssertionLifetime.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException(
                    "plimsoll.api.service-accounts: clock-skew %s must not be negative, and max-assertion-lifetime %s at least PT1M"
                            .formatted(clockSkew, maxAssertionLifetime));
        }
    }
}
