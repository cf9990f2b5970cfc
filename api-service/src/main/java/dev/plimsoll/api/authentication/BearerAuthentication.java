package dev.plimsoll.api.authentication;

import com.nimbusds.jwt.SignedJWT;
import dev.plimsoll.api.tenancy.Caller;
import dev.plimsoll.api.tenancy.CallerAuthentication;
import dev.plimsoll.api.tenancy.OpaqueTokens;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

/** Asks whoever can know a token: the database for opaque ones, the issuer for signed ones. */
@Component
final class BearerAuthentication implements AuthenticationManager {
    private final OpaqueTokens opaque;
    private final Map<String, JwtIssuer> issuers;

    BearerAuthentication(OpaqueTokens opaque, List<JwtIssuers> issuers) {
        this.opaque = opaque;
        this.issuers =
                issuers.stream()
                        .flatMap(it -> it.issuers().stream())
                        .collect(Collectors.toMap(JwtIssuer::issuer, Function.identity()));
    }

    @Override
    public Authentication authenticate(Authentication sent) {
        var token = ((BearerTokenAuthenticationToken) sent).getToken();
        return (token.indexOf('.') < 0 ? opaque.callerWith(token) : bySignature(token))
                .map(CallerAuthentication::new)
                .orElseThrow(() -> new InvalidBearerTokenException("Not a valid token"));
    }

    private Optional<Caller> bySignature(String token) {
        try {
            var jwt = SignedJWT.parse(token);
            return issuer(jwt.getJWTClaimsSet().getIssuer()).flatMap(it -> it.callerWith(jwt));
        } catch (ParseException _) {
            return Optional.empty();
        }
    }

    private Optional<JwtIssuer> issuer(@Nullable String name) {
        return name == null ? Optional.empty() : Optional.ofNullable(issuers.get(name));
    }
}
