package dev.plimsoll.api.authentication.oidc;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code api-service.yaml}. */
@ConfigurationProperties("plimsoll.api.oidc")
record OidcSettings(
        @DefaultValue List<Issuer> issuers,
        @DefaultValue("3s") Duration timeout,
        @DefaultValue("30s") Duration minBetweenFetches,
        @DefaultValue("15m") Duration refreshAfter,
        @DefaultValue("24h") Duration keepAtMost,
        @DefaultValue("30s") Duration clockSkew) {

    OidcSettings {
        issuers = List.copyOf(issuers);
        if (!timeout.isPositive() || keepAtMost.compareTo(refreshAfter) < 0) {
            throw new IllegalArgumentException(
                    "plimsoll.api.oidc: timeout %s must be positive, and keep-at-most %s at least refresh-after %s"
                            .formatted(timeout, keepAtMost, refreshAfter));
        }
    }

    /**
     * An issuer that is trusted.
     *
     * @param issuer its {@code iss}, to the letter
     * @param audience what {@code aud} must have, so that tokens for others are not taken
     * @param jwksUri where its keys are; null to ask its discovery document
     */
    record Issuer(
            String issuer,
            String audience,
            @Nullable URI jwksUri,
            @DefaultValue Claims claims,
            @DefaultValue Values values) {

        Issuer {
            if (Stream.of(issuer, audience).anyMatch(it -> it == null || it.isBlank())) {
                throw new IllegalArgumentException(
                        "plimsoll.api.oidc.issuers: each needs an issuer and an audience");
            }
        }
    }

    /** Which claims say what. A name with dots is looked for as it is, then step by step. */
    record Claims(
            @DefaultValue("sub") String subject,
            @DefaultValue("plimsoll_projects") String projects,
            @DefaultValue("plimsoll_role") String role,
            @DefaultValue("plimsoll_role") String operator) {}

    /** What the issuer calls our roles. */
    record Values(
            @DefaultValue("nlb.admin") String admin,
            @DefaultValue("nlb.reader") String reader,
            @DefaultValue("operator") String operator) {}
}
