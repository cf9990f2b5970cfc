package dev.plimsoll.api.serviceaccount;

import com.nimbusds.jwt.SignedJWT;
import dev.plimsoll.api.write.Transactions;
import java.text.ParseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Issues tokens to service accounts that prove who they are. */
@Component
public class TokenGrants {
    private static final String BY_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String BY_REFRESH_TOKEN = "refresh_token";

    private final Assertions assertions;
    private final AccessTokens tokens;
    private final SigningKeys keys;
    private final ServiceAccountSettings settings;
    private final Transactions transactions;

    TokenGrants(
            Assertions assertions,
            AccessTokens tokens,
            SigningKeys keys,
            ServiceAccountSettings settings,
            Transactions transactions) {
        this.assertions = assertions;
        this.tokens = tokens;
        this.keys = keys;
        this.settings = settings;
        this.transactions = transactions;
    }

    /** What a client is given. */
    public record Granted(String accessToken, String refreshToken, Duration lifetime) {
        @Override
        public String toString() {
            return "Granted[lifetime=" + lifetime + "]";
        }
    }

    /**
     * Issues a token.
     *
     * @throws TokenRefused where the request proves nothing
     */
    public Granted grant(
            @Nullable String grantType,
            @Nullable String assertion,
            @Nullable String refreshToken,
            String tokenEndpoint) {
        return switch (grantType) {
            case BY_ASSERTION -> {
                var sent = required(assertion, "assertion");
                yield granted(transactions.run(() -> assertions.use(sent, tokenEndpoint)));
            }
            // Older Go SDKs send the refresh token in the place of an assertion.
            case BY_REFRESH_TOKEN ->
                    granted(
                            refreshing(
                                    required(
                                            refreshToken == null ? assertion : refreshToken,
                                            BY_REFRESH_TOKEN)));
            case null -> throw missing("grant_type");
            default ->
                    throw new TokenRefused(
                            TokenRefused.Error.UNSUPPORTED_GRANT_TYPE,
                            "grant_type is neither " + BY_ASSERTION + " nor " + BY_REFRESH_TOKEN);
        };
    }

    private Granted granted(AccessTokens.Proven account) {
        var signer = keys.signer();
        var lifetime = settings.accessTokenLifetime();
        return new Granted(
                tokens.sign(account, AccessTokens.Use.ACCESS, lifetime, signer),
                tokens.sign(
                        account, AccessTokens.Use.REFRESH, settings.refreshTokenLifetime(), signer),
                lifetime);
    }

    private AccessTokens.Proven refreshing(String token) {
        try {
            return tokens.refreshing(SignedJWT.parse(token)).orElseThrow(TokenGrants::notValid);
        } catch (ParseException _) {
            throw notValid();
        }
    }

    private static TokenRefused notValid() {
        return new TokenRefused(
                TokenRefused.Error.INVALID_GRANT, "the refresh token is not, or no longer, valid");
    }

    private static String required(@Nullable String value, String name) {
        if (value == null || value.isEmpty()) {
            throw missing(name);
        }
        return value;
    }

    private static TokenRefused missing(String name) {
        return new TokenRefused(TokenRefused.Error.INVALID_REQUEST, name + " is missing");
    }
}
