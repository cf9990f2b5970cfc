package dev.plimsoll.api.support;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Does with a key file what the SDKs do. */
public record KeyFile(JsonNode json) {
    public static final String BY_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final KeyPair SHARED = newPair();
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    /** A new account of the project with one key, by an operator. */
    public static KeyFile create(ApiClient operator, UUID projectId, String name, String role) {
        var accounts = "/admin/v1/projects/" + projectId + "/service-accounts";
        var body = "{\"name\":\"%s\",\"role\":\"%s\"}".formatted(name, role);
        var id = operator.post(accounts, body).isOk().string("/id");
        return new KeyFile(operator.post(accounts + "/" + id + "/keys", "{}").isOk().json());
    }

    /** The same with a pair that is made once; for tests that need many accounts. */
    public static String accessToken(ApiClient operator, UUID projectId, String name, String role) {
        var accounts = "/admin/v1/projects/" + projectId + "/service-accounts";
        var body = "{\"name\":\"%s\",\"role\":\"%s\"}".formatted(name, role);
        var id = operator.post(accounts, body).isOk().string("/id");
        var pem = JsonMapper.shared().createObjectNode().put("publicKey", publicPem());
        var file = new KeyFile(operator.post(accounts + "/" + id + "/keys", pem).isOk().json());
        var assertion =
                file.signed(
                        JWSAlgorithm.RS512,
                        file.credential("kid"),
                        SHARED.getPrivate(),
                        UnaryOperator.identity());
        return exchange(operator, BY_ASSERTION, "assertion", assertion)
                .isOk()
                .string("/access_token");
    }

    private static String publicPem() {
        var base64 = Base64.getMimeEncoder().encodeToString(SHARED.getPublic().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    private static KeyPair newPair() {
        try {
            return KeyPairGenerator.getInstance("RSA").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String credential(String member) {
        return json.at("/credentials/" + member).asString();
    }

    public JWTClaimsSet.Builder claims() {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(credential("iss"))
                .subject(credential("sub"))
                .audience(credential("aud"))
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)));
    }

    public String assertion() {
        return assertion(UnaryOperator.identity());
    }

    public String assertion(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(JWSAlgorithm.RS512, credential("kid"), privateKey(), change);
    }

    public String signed(
            JWSAlgorithm algorithm,
            String kid,
            PrivateKey key,
            UnaryOperator<JWTClaimsSet.Builder> change) {
        try {
            var header =
                    new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(kid).build();
            var jwt = new SignedJWT(header, change.apply(claims()).build());
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public PrivateKey privateKey() {
        var base64 = credential("privateKey").replaceAll("-----[A-Z ]+-----|\\s", "");
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String accessToken(ApiClient client) {
        return exchange(client, BY_ASSERTION, "assertion", assertion())
                .isOk()
                .string("/access_token");
    }

    public static Answer exchange(
            ApiClient client, String grantType, String parameter, String value) {
        var form = "grant_type=" + encoded(grantType) + "&" + parameter + "=" + encoded(value);
        return client.send(
                "POST",
                "/token",
                BodyPublishers.ofString(form),
                List.of("Content-Type", "application/x-www-form-urlencoded"));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
