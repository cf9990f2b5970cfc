package dev.plimsoll.api.authentication.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/** Gets an issuer's keys, by its discovery document or from where they are said to be. */
final class JwksOverHttp implements IssuerKeys.KeyFetch {
    private static final int MAX_BYTES = 256 * 1024;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http;
    private final OidcSettings.Issuer issuer;
    private final Duration timeout;

    JwksOverHttp(HttpClient http, OidcSettings.Issuer issuer, Duration timeout) {
        this.http = http;
        this.issuer = issuer;
        this.timeout = timeout;
    }

    @Override
    public JWKSet get() throws IOException, InterruptedException, ParseException {
        var uri = issuer.jwksUri() == null ? discovered() : issuer.jwksUri();
        return JWKSet.parse(text(uri));
    }

    private URI discovered() throws IOException, InterruptedException {
        var base = issuer.issuer().replaceAll("/$", "");
        var document = JSON.readTree(text(URI.create(base + "/.well-known/openid-configuration")));
        if (!issuer.issuer().equals(document.path("issuer").asString(""))) {
            throw new IOException("The discovery document is of another issuer");
        }
        return URI.create(document.path("jwks_uri").asString(""));
    }

    /** The timeout is for the whole answer: a body that trickles is given up as well. */
    private String text(URI uri) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri).timeout(timeout).GET().build();
        var answer =
                http.sendAsync(
                        request,
                        BodyHandlers.limiting(
                                BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_BYTES));
        try {
            var response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(uri + " answered " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(uri + " did not answer within " + timeout, e);
        } catch (ExecutionException e) {
            throw new IOException(uri + " cannot be read: " + e.getCause(), e);
        }
    }
}
