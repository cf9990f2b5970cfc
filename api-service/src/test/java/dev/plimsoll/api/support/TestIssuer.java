package dev.plimsoll.api.support;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real issuer, Spring's authorization server, on a loopback port that is chosen before it starts,
 * so that a service can be told to trust it first.
 */
public final class TestIssuer {
    public static final String AUDIENCE = "plimsoll";
    public static final int PORT = freePort();
    public static final String URL = "http://127.0.0.1:" + PORT;

    private static final String CLIENT = "pipeline";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static volatile TestIssuer running;

    private volatile RSAKey key = newKey();
    private volatile Map<String, Object> claims = Map.of();

    private TestIssuer() {}

    /** Started for the first test that needs it, and kept for the others. */
    public static synchronized TestIssuer running() {
        if (running == null) {
            var issuer = new TestIssuer();
            new SpringApplicationBuilder(Server.class)
                    .initializers(context ->
                            context.getBeanFactory().registerSingleton("testIssuer", issuer))
                    .properties(
                            "spring.config.name=none",
                            "server.port=" + PORT,
                            "server.address=127.0.0.1",
                            "spring.main.banner-mode=off")
                    .run();
            running = issuer;
        }
        return running;
    }

    public static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token with these claims beside the usual ones, from the token endpoint. */
    public synchronized String token(Map<String, Object> more) {
        claims = more;
        var basic = Base64.getEncoder().encodeToString((CLIENT + ":secret").getBytes());
        var request =
                HttpRequest.newBuilder(URI.create(URL + "/oauth2/token"))
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials"))
                        .build();
        try {
            var response = HTTP.send(request, BodyHandlers.ofString());
            return JsonMapper.shared().readTree(response.body()).path("access_token").asString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A token that the endpoint would never give, signed with its key all the same. */
    public String sign(JWTClaimsSet forged) {
        return sign(forged, key);
    }

    public String sign(JWTClaimsSet forged, RSAKey with) {
        try {
            var header =
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .type(JOSEObjectType.JWT)
                            .keyID(with.getKeyID())
                            .build();
            var jwt = new SignedJWT(header, forged);
            jwt.sign(new RSASSASigner(with));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public RSAKey key() {
        return key;
    }

    public void rotate() {
        key = newKey();
    }

    public static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Found by nobody's component scan, since it is no component. */
    @EnableWebSecurity
    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        SecurityFilterAutoConfiguration.class
    })
    static class Server {
        @Bean
        static SecurityFilterChain endpoints(HttpSecurity http) throws Exception {
            var server = new OAuth2AuthorizationServerConfigurer();
            return http.securityMatcher(server.getEndpointsMatcher())
                    .with(
                            server,
                            it ->
                                    it.oidc(
                                            org.springframework.security.config.Customizer
                                                    .withDefaults()))
                    .authorizeHttpRequests(it -> it.anyRequest().authenticated())
                    .build();
        }

        @Bean
        static RegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(
                    RegisteredClient.withId(CLIENT)
                            .clientId(CLIENT)
                            .clientSecret("{noop}secret")
                            .clientAuthenticationMethod(
                                    ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                            .build());
        }

        @Bean
        static AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().issuer(URL).build();
        }

        @Bean
        static JWKSource<SecurityContext> keys(TestIssuer issuer) {
            return (selector, _) -> selector.select(new JWKSet(issuer.key));
        }

        @Bean
        static JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        static OAuth2TokenCustomizer<JwtEncodingContext> claims(TestIssuer issuer) {
            return context ->
                    context.getClaims()
                            .audience(List.of(AUDIENCE))
                            .claims(it -> it.putAll(issuer.claims));
        }
    }
}
