package dev.plimsoll.api.authentication.oidc;

import dev.plimsoll.api.authentication.JwtIssuer;
import dev.plimsoll.api.authentication.JwtIssuers;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.List;
import org.springframework.stereotype.Component;

/** The issuers of the configuration. None is asked for anything before it is needed. */
@Component
final class TrustedIssuers implements JwtIssuers {
    private final List<JwtIssuer> issuers;

    TrustedIssuers(OidcSettings settings, ClaimedGrants grants, InstantSource apiClock) {
        var http =
                HttpClient.newBuilder()
                        .connectTimeout(settings.timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
        issuers =
                settings.issuers().stream()
                        .<JwtIssuer>map(it -> {
                            var fetch = new JwksOverHttp(http, it, settings.timeout());
                            var keys = new IssuerKeys(it.issuer(), fetch, settings, apiClock);
                            int skew = Math.toIntExact(settings.clockSkew().toSeconds());
                            return new TrustedIssuer(it, skew, keys, grants, apiClock);
                        })
                        .toList();
    }

    @Override
    public List<JwtIssuer> issuers() {
        return issuers;
    }
}
