package dev.plimsoll.api.serviceaccount;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.plimsoll.api.authentication.JwtIssuer;
import dev.plimsoll.api.tenancy.Caller;
import dev.plimsoll.api.tenancy.Grants;
import dev.plimsoll.api.tenancy.Role;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The tokens that this service signs for service accounts, and the check of those that come back.
 * They say who somebody is, never what they may do: roles, and whether account, key and signing key
 * are still good, are read with each request, in one query.
 */
@Component
final class AccessTokens implements JwtIssuer {
    private static final String KEY = "service_account_key";
    private static final JWSAlgorithm ALGORITHM = JWSAlgorithm.RS256;

    private final SigningKeys keys;
    private final JdbcClient jdbc;
    private final ServiceAccountSettings settings;
    private final InstantSource clock;

    AccessTokens(
            SigningKeys keys,
            JdbcClient jdbc,
            ServiceAccountSettings settings,
            InstantSource apiClock) {
        this.keys = keys;
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = apiClock;
    }

    /** What a token is for. One kind is never taken for the other. */
    enum Use {
        ACCESS("at+jwt"),
        REFRESH("rt+jwt");

        private final JOSEObjectType type;

        Use(String type) {
            this.type = new JOSEObjectType(type);
        }
    }

    /** An account that proved who it is with one of its keys. */
    record Proven(UUID accountId, String name, UUID keyId) {}

    private record Signed(UUID accountId, UUID keyId, UUID signingKeyId) {}

    private record Found(String name, @Nullable UUID projectId, @Nullable String role) {}

    @Override
    public String issuer() {
        return settings.issuer();
    }

    @Override
    public Optional<Caller> callerWith(SignedJWT token) {
        return verified(token, Use.ACCESS).flatMap(this::caller).map(Caller.class::cast);
    }

    /** The account that a refresh token is for. */
    Optional<Proven> refreshing(SignedJWT token) {
        return verified(token, Use.REFRESH)
                .flatMap(it ->
                        caller(it)
                                .map(caller ->
                                        new Proven(it.accountId(), caller.name(), it.keyId())));
    }

    String sign(Proven account, Use use, Duration lifetime, SigningKeys.Signer signer) {
        var now = clock.instant();
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(settings.issuer())
                        .audience(settings.issuer())
                        .subject(account.accountId().toString())
                        .claim(
                                "email",
                                ServiceAccountView.email(account.name(), account.accountId()))
                        .claim(KEY, account.keyId().toString())
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(lifetime)))
                        .build();
        var header =
                new JWSHeader.Builder(ALGORITHM)
                        .type(use.type)
                        .keyID(signer.id().toString())
                        .build();
        try {
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(signer.key()));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("Cannot sign with the key " + signer.id(), e);
        }
    }

    private Optional<Signed> verified(SignedJWT token, Use use) {
        try {
            var header = token.getHeader();
            var claims = token.getJWTClaimsSet();
            if (!ALGORITHM.equals(header.getAlgorithm())
                    || !use.type.equals(header.getType())
                    || !settings.issuer().equals(claims.getIssuer())
                    || !claims.getAudience().contains(settings.issuer())
                    || claims.getExpirationTime() == null
                    || !claims.getExpirationTime().toInstant().isAfter(clock.instant())) {
                return Optional.empty();
            }
            var signed =
                    new Signed(
                            UUID.fromString(String.valueOf(claims.getSubject())),
                            UUID.fromString(String.valueOf(claims.getStringClaim(KEY))),
                            UUID.fromString(String.valueOf(header.getKeyID())));
            var key = keys.publicKey(signed.signingKeyId());
            return key.isPresent() && token.verify(new RSASSAVerifier(key.get()))
                    ? Optional.of(signed)
                    : Optional.empty();
        } catch (ParseException | JOSEException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Optional<Caller.ServiceAccount> caller(Signed token) {
        var found =
                jdbc.sql(
                                """
                                SELECT a.name, r.project_id, r.role
                                FROM service_account_key k
                                JOIN service_account a ON a.id = k.service_account_id
                                JOIN project p ON p.id = a.project_id AND p.deleted_at IS NULL
                                JOIN signing_key s ON s.id = :signingKey AND s.retired_at IS NULL
                                LEFT JOIN service_account_role r ON r.service_account_id = a.id
                                  AND EXISTS (SELECT 1 FROM project o
                                        WHERE o.id = r.project_id AND o.deleted_at IS NULL)
                                WHERE k.id = :key AND a.id = :account AND a.disabled_at IS NULL
                                  AND (k.valid_until IS NULL OR k.valid_until > now())
                                """)
                        .param("signingKey", token.signingKeyId())
                        .param("key", token.keyId())
                        .param("account", token.accountId())
                        .query((row, _) ->
                                new Found(
                                        row.getString("name"),
                                        row.getObject("project_id", UUID.class),
                                        row.getString("role")))
                        .list();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var roles = new LinkedHashMap<UUID, Role>();
        for (var row : found) {
            if (row.projectId() != null) {
                roles.put(row.projectId(), Role.of(Objects.requireNonNull(row.role())));
            }
        }
        return Optional.of(
                new Caller.ServiceAccount(
                        token.accountId(), found.getFirst().name(), new Grants(roles, false)));
    }
}
