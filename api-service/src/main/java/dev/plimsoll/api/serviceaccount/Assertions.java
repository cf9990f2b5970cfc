package dev.plimsoll.api.serviceaccount;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Checks what service accounts sign to prove who they are (RFC 7523). Until the signature is seen
 * to be good, nothing is said about what is wrong.
 */
@Component
class Assertions {
    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.RS256, JWSAlgorithm.RS512);
    private static final int MAX_JTI = 255;

    /** Kept until they would have expired; more than any client has use for. */
    private static final int MAX_USED = 10_000;

    private final JdbcClient jdbc;
    private final ServiceAccountSettings settings;
    private final InstantSource clock;

    Assertions(JdbcClient jdbc, ServiceAccountSettings settings, InstantSource apiClock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = apiClock;
    }

    private record Key(UUID id, UUID accountId, String name, byte[] publicKey) {
        static Key of(ResultSet row) throws SQLException {
            return new Key(
                    row.getObject("id", UUID.class),
                    row.getObject("account_id", UUID.class),
                    row.getString("name"),
                    row.getBytes("public_key"));
        }
    }

    /**
     * Who signed the assertion, which is used up thereby.
     *
     * @throws TokenRefused where it proves nothing
     */
    @Transactional(propagation = Propagation.MANDATORY)
    AccessTokens.Proven use(String assertion, String tokenEndpoint) {
        var jwt = parsed(assertion);
        var key = signerOf(jwt).orElseThrow(Assertions::unsigned);
        var claims = claims(jwt);
        check(claims, key, tokenEndpoint);
        useUp(claims, key);
        return new AccessTokens.Proven(key.accountId(), key.name(), key.id());
    }

    private static SignedJWT parsed(String assertion) {
        try {
            return SignedJWT.parse(assertion);
        } catch (ParseException _) {
            throw unsigned();
        }
    }

    private static JWTClaimsSet claims(SignedJWT jwt) {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException _) {
            throw refused("the claims of the assertion cannot be read");
        }
    }

    private Optional<Key> signerOf(SignedJWT jwt) {
        try {
            var header = jwt.getHeader();
            if (!ALGORITHMS.contains(header.getAlgorithm())) {
                return Optional.empty();
            }
            var key = key(UUID.fromString(String.valueOf(header.getKeyID())));
            return key.isPresent()
                            && jwt.verify(new RSASSAVerifier(RsaKeys.known(key.get().publicKey())))
                    ? key
                    : Optional.empty();
        } catch (JOSEException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The key stays until the transaction ends: what is used up refers to it. */
    private Optional<Key> key(UUID id) {
        return jdbc.sql(
                        """
                        SELECT k.id, a.id AS account_id, a.name, k.public_key
                        FROM service_account_key k
                        JOIN service_account a ON a.id = k.service_account_id
                        JOIN project p ON p.id = a.project_id AND p.deleted_at IS NULL
                        WHERE k.id = :id AND a.disabled_at IS NULL
                          AND (k.valid_until IS NULL OR k.valid_until > now())
                        FOR KEY SHARE OF k
                        """)
                .param("id", id)
                .query((row, _) -> Key.of(row))
                .optional();
    }

    private void check(JWTClaimsSet claims, Key key, String tokenEndpoint) {
        var now = clock.instant();
        var issuedAt = instant(claims.getIssueTime(), "iat");
        var expiresAt = instant(claims.getExpirationTime(), "exp");
        var jti = claims.getJWTID();
        if (!ServiceAccountView.email(key.name(), key.accountId()).equals(claims.getIssuer())) {
            throw refused("iss is not the account's, as it stands in the key file");
        } else if (!key.accountId().toString().equals(claims.getSubject())) {
            throw refused("sub is not the account's id, as it stands in the key file");
        } else if (!claims.getAudience().contains(settings.issuer())
                && !claims.getAudience().contains(tokenEndpoint)) {
            throw refused("aud is not " + settings.issuer() + ", as it stands in the key file");
        } else if (issuedAt.isAfter(now.plus(settings.clockSkew()))) {
            throw refused("iat is in the future; is the clock right?");
        } else if (!expiresAt.plus(settings.clockSkew()).isAfter(now)) {
            throw refused("the assertion has expired");
        } else if (expiresAt.isAfter(issuedAt.plus(settings.maxAssertionLifetime()))) {
            throw refused(
                    "exp is more than %d s after iat"
                            .formatted(settings.maxAssertionLifetime().toSeconds()));
        } else if (jti == null || jti.isEmpty() || jti.length() > MAX_JTI) {
            throw refused("jti must have 1 to " + MAX_JTI + " characters");
        }
    }

    /** A used assertion stays known for as long as it could be sent again. */
    private void useUp(JWTClaimsSet claims, Key key) {
        jdbc.sql(
                        "DELETE FROM used_assertion WHERE service_account_key_id = :key AND"
                                + " expires_at < now()")
                .param("key", key.id())
                .update();
        var until =
                instant(claims.getExpirationTime(), "exp")
                        .plus(settings.clockSkew().multipliedBy(2))
                        .atOffset(ZoneOffset.UTC);
        int inserted =
                jdbc.sql(
                                """
                                INSERT INTO used_assertion (service_account_key_id, jti, expires_at)
                                SELECT :key, :jti, :until
                                WHERE (SELECT count(*) FROM used_assertion
                                        WHERE service_account_key_id = :key) < :most
                                ON CONFLICT DO NOTHING
                                """)
                        .param("key", key.id())
                        .param("jti", claims.getJWTID())
                        .param("until", until)
                        .param("most", MAX_USED)
                        .update();
        if (inserted == 0) {
            throw refused(
                    "the assertion was used before, or too many were; sign another with a new jti");
        }
        jdbc.sql("UPDATE service_account_key SET last_used_at = now() WHERE id = :key")
                .param("key", key.id())
                .update();
    }

    private static Instant instant(java.util.@Nullable Date date, String claim) {
        if (date == null) {
            throw refused(claim + " is missing");
        }
        return date.toInstant();
    }

    private static TokenRefused unsigned() {
        return refused("the assertion is not signed with an active key of a service account");
    }

    private static TokenRefused refused(String description) {
        return new TokenRefused(TokenRefused.Error.INVALID_GRANT, description);
    }
}
