package dev.plimsoll.api.serviceaccount.web;

import dev.plimsoll.api.authentication.FailedAttempts;
import dev.plimsoll.api.problem.ProblemType;
import dev.plimsoll.api.problem.ProblemWriter;
import dev.plimsoll.api.serviceaccount.SigningKeyView;
import dev.plimsoll.api.serviceaccount.SigningKeys;
import dev.plimsoll.api.serviceaccount.TokenGrants;
import dev.plimsoll.api.serviceaccount.TokenRefused;
import dev.plimsoll.api.tenancy.Permission;
import dev.plimsoll.api.tenancy.Requires;
import dev.plimsoll.openapi.api.AuthenticationApi;
import dev.plimsoll.openapi.model.AccessTokenDto;
import dev.plimsoll.openapi.model.JsonWebKeyDto;
import dev.plimsoll.openapi.model.JsonWebKeySetDto;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AuthenticationController implements AuthenticationApi {
    private static final Duration KEYS_MAX_AGE = Duration.ofMinutes(5);

    private final TokenGrants grants;
    private final SigningKeys keys;
    private final TokenEndpoint tokenEndpoint;
    private final FailedAttempts failures;
    private final ProblemWriter problems;

    AuthenticationController(
            TokenGrants grants,
            SigningKeys keys,
            TokenEndpoint tokenEndpoint,
            FailedAttempts failures,
            ProblemWriter problems) {
        this.grants = grants;
        this.keys = keys;
        this.tokenEndpoint = tokenEndpoint;
        this.failures = failures;
        this.problems = problems;
    }

    @Override
    @Requires(Permission.NONE)
    public ResponseEntity<AccessTokenDto> createAccessToken(
            String grantType, @Nullable String assertion, @Nullable String refreshToken) {
        var granted = grants.grant(grantType, assertion, refreshToken, tokenEndpoint.url());
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(
                        new AccessTokenDto(
                                granted.accessToken(),
                                granted.refreshToken(),
                                granted.lifetime().toSeconds(),
                                AccessTokenDto.TokenTypeEnum.BEARER,
                                ""));
    }

    @Override
    @Requires(Permission.NONE)
    public ResponseEntity<JsonWebKeySetDto> getJsonWebKeys() {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.maxAge(KEYS_MAX_AGE).cachePublic())
                .body(
                        new JsonWebKeySetDto(
                                keys.active().stream()
                                        .map(AuthenticationController::jsonWebKey)
                                        .toList()));
    }

    @ExceptionHandler
    void on(TokenRefused refused, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var type =
                switch (refused.error()) {
                    case INVALID_GRANT -> ProblemType.INVALID_GRANT;
                    case INVALID_REQUEST, UNSUPPORTED_GRANT_TYPE -> ProblemType.INVALID_ARGUMENT;
                };
        if (!failures.answered(request, response)) {
            problems.writeOAuth(
                    request,
                    response,
                    type,
                    refused.error().name().toLowerCase(Locale.ROOT),
                    refused.description());
        }
    }

    @ExceptionHandler
    void on(
            MissingServletRequestParameterException missing,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var description = missing.getParameterName() + " is missing";
        on(new TokenRefused(TokenRefused.Error.INVALID_REQUEST, description), request, response);
    }

    private static JsonWebKeyDto jsonWebKey(SigningKeyView key) {
        return new JsonWebKeyDto(
                "RSA",
                key.id().toString(),
                "sig",
                "RS256",
                base64(key.publicKey().getModulus()),
                base64(key.publicKey().getPublicExponent()));
    }

    /** Without the sign that Java's numbers have. */
    private static String base64(BigInteger number) {
        var bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
    }
}
