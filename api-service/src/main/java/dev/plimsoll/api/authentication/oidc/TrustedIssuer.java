package dev.plimsoll.api.authentication.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.plimsoll.api.authentication.JwtIssuer;
import dev.plimsoll.api.tenancy.Caller;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Accepts the tokens of one issuer that are meant for us. */
final class TrustedIssuer implements JwtIssuer {
    /** Signatures with a public key; nothing that anybody else could make with what we know. */
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private static final int MAX_SUBJECT = 255;

    private final OidcSettings.Issuer settings;
    private final ClaimedGrants grants;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    TrustedIssuer(
            OidcSettings.Issuer settings,
            int clockSkewSeconds,
            IssuerKeys keys,
            ClaimedGrants grants,
            InstantSource clock) {
        this.settings = settings;
        this.grants = grants;
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(
                        JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier(
                new Expectations(settings.issuer(), settings.audience(), clockSkewSeconds, clock));
    }

    @Override
    public String issuer() {
        return settings.issuer();
    }

    @Override
    public Optional<Caller> callerWith(SignedJWT token) {
        try {
            var claims = processor.process(token, null).getClaims();
            return subject(claims)
                    .map(it ->
                            new Caller.Subject(settings.issuer(), it, grants.of(claims, settings)));
        } catch (BadJOSEException | JOSEException _) {
            return Optional.empty();
        }
    }

    private Optional<String> subject(java.util.Map<String, Object> claims) {
        return ClaimedGrants.claim(claims, settings.claims().subject()) instanceof String subject
                        && !subject.isBlank()
                        && subject.length() <= MAX_SUBJECT
                        && subject.chars().noneMatch(Character::isISOControl)
                ? Optional.of(subject)
                : Optional.empty();
    }

    /** Issuer, audience and expiry must be there and right. */
    private static final class Expectations extends DefaultJWTClaimsVerifier<SecurityContext> {
        private final InstantSource clock;

        Expectations(String issuer, String audience, int clockSkewSeconds, InstantSource clock) {
            super(
                    audience,
                    new JWTClaimsSet.Builder().issuer(issuer).build(),
                    new HashSet<>(Set.of("exp")));
            this.clock = clock;
            setMaxClockSkew(clockSkewSeconds);
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}
