package dev.plimsoll.api.serviceaccount;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.KeyFile;
import dev.plimsoll.api.support.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The key flow, as the SDKs do it. */
class KeyFlowTest extends ApiTest {
    private ApiClient nobody;
    private ApiClient operator;
    private KeyFile file;
    private String account;

    @BeforeEach
    void anAccountWithAKey() {
        nobody = with("");
        operator = with(project.operatorToken());
        file = KeyFile.create(operator, project.projectId(), "terraform", "nlb.admin");
        account =
                "/admin/v1/projects/%s/service-accounts/%s"
                        .formatted(project.projectId(), file.credential("sub"));
    }

    @Test
    void keyFileHasTheShapeThatTheClientsRead() {
        assertThat(file.json().propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "publicKey",
                        "createdAt",
                        "keyType",
                        "keyOrigin",
                        "keyAlgorithm",
                        "active",
                        "credentials");
        assertThat(file.json().path("credentials").propertyNames())
                .containsExactlyInAnyOrder(
                        "kid", "iss", "sub", "aud", "privateKey", "tokenEndpoint");
        assertThat(UUID.fromString(file.credential("sub")).version()).isEqualTo(4);
        assertThat(UUID.fromString(file.json().path("id").asString()).version()).isEqualTo(4);
        assertThat(file.credential("kid")).isEqualTo(file.json().path("id").asString());
        assertThat(file.credential("tokenEndpoint")).isEqualTo(base() + "/token");
        assertThat(file.json().path("keyAlgorithm").asString()).isEqualTo("RSA_2048");
    }

    @Test
    void privateKeyIsShownOnceAndKeptNowhere() {
        var key = account + "/keys/" + file.json().path("id").asString();
        assertThat(operator.get(key).isOk().text()).doesNotContain("PRIVATE");
        assertThat(operator.get(account + "/keys").isOk().text()).doesNotContain("PRIVATE");
        assertThat(
                        jdbc.sql(
                                        "SELECT to_jsonb(k)::text FROM service_account_key k WHERE"
                                                + " id = ?::uuid")
                                .param(file.json().path("id").asString())
                                .query(String.class)
                                .single())
                .contains("public_key")
                .doesNotContain("private");
    }

    @Test
    void assertionGetsATokenThatWorksAsTheRolesSay() {
        var answer = byAssertion(file.assertion()).isOk();
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.string("/token_type")).isEqualTo("Bearer");
        assertThat(answer.json().path("expires_in").asLong()).isEqualTo(900);
        assertThat(answer.json().has("scope")).isTrue();
        var client = with(answer.string("/access_token"));
        client.create(Payload.onStaticAddress("web")).isOk();
        client.get("/v2/regions/eu01/plans").isOk();
        client.get("/admin/v1/load-balancers").isProblem(403, 7);
        assertThat(
                        jdbc.sql(
                                        "SELECT author FROM audit_entry WHERE project_id = ? AND"
                                                + " action = 'load-balancer.create'")
                                .param(project.projectId())
                                .query(String.class)
                                .single())
                .isEqualTo("service-account:terraform:" + file.credential("sub"));
    }

    @Test
    void tokensAreReadableAndSignedWithAPublishedKey() throws Exception {
        var answer = byAssertion(file.assertion()).isOk();
        var published = JWKSet.parse(nobody.get("/.well-known/jwks.json").isOk().text());
        for (var member : new String[] {"/access_token", "/refresh_token"}) {
            var jwt = SignedJWT.parse(answer.string(member));
            assertThat(jwt.getJWTClaimsSet().getExpirationTime()).isInTheFuture();
            assertThat(jwt.getJWTClaimsSet().getStringClaim("email"))
                    .isEqualTo(file.credential("iss"));
            var key = published.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey();
            assertThat(jwt.verify(new RSASSAVerifier(key))).isTrue();
        }
    }

    @Test
    void shorterSignaturesAreTakenToo() {
        var assertion =
                file.signed(
                        JWSAlgorithm.RS256,
                        file.credential("kid"),
                        file.privateKey(),
                        UnaryOperator.identity());
        byAssertion(assertion).isOk();
    }

    @Test
    void refreshTokenGetsANewTokenInBothSpellings() {
        var refreshToken = byAssertion(file.assertion()).isOk().string("/refresh_token");
        for (var parameter : new String[] {"refresh_token", "assertion"}) {
            var answer = KeyFile.exchange(nobody, "refresh_token", parameter, refreshToken).isOk();
            with(answer.string("/access_token")).get("load-balancers").isOk();
        }
    }

    @Test
    void tokensOfOneKindAreNotTakenForTheOther() {
        var answer = byAssertion(file.assertion()).isOk();
        with(answer.string("/refresh_token")).get("load-balancers").isProblem(401, 16);
        refused(
                KeyFile.exchange(
                        nobody, "refresh_token", "refresh_token", answer.string("/access_token")),
                "invalid_grant");
        with(file.assertion()).get("load-balancers").isProblem(401, 16);
    }

    @Test
    void assertionIsGoodOnce() {
        var assertion = file.assertion();
        byAssertion(assertion).isOk();
        assertThat(refused(byAssertion(assertion), "invalid_grant").string("/message"))
                .contains("used before");
    }

    static Stream<Arguments> wrongClaims() {
        return Stream.of(
                wrong("iss", it -> it.issuer("somebody")),
                wrong("sub", it -> it.subject(UUID.randomUUID().toString())),
                wrong("sub", it -> it.subject(null)),
                wrong("aud", it -> it.audience("https://elsewhere.example")),
                wrong("aud", it -> it.audience((String) null)),
                wrong("iat", it -> it.issueTime(in(Duration.ofMinutes(2)))),
                wrong("iat", it -> it.issueTime(null)),
                wrong("exp", it -> it.expirationTime(null)),
                wrong("exp", it -> it.expirationTime(in(Duration.ofHours(1)))),
                wrong("expired", it -> it.expirationTime(in(Duration.ofMinutes(-2)))),
                wrong("jti", it -> it.jwtID(null)),
                wrong("jti", it -> it.jwtID("j".repeat(256))));
    }

    private static Arguments wrong(String word, UnaryOperator<JWTClaimsSet.Builder> change) {
        return Arguments.of(word, change);
    }

    private static Date in(Duration duration) {
        return Date.from(Instant.now().plus(duration));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongClaims")
    void wrongClaimIsRefusedAndNamed(String word, UnaryOperator<JWTClaimsSet.Builder> change) {
        var answer = refused(byAssertion(file.assertion(change)), "invalid_grant");
        assertThat(answer.string("/error_description"))
                .contains(word)
                .isEqualTo(answer.string("/message"));
    }

    @Test
    void whatIsNotSignedWithTheKeyIsRefusedWithoutSayingWhy() throws Exception {
        var other = KeyFile.create(operator, project.projectId(), "other", "nlb.reader");
        var kid = file.credential("kid");
        var claims = file.claims().build();
        var mac =
                new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(), claims);
        mac.sign(new MACSigner(file.json().path("publicKey").asString().getBytes("UTF-8")));
        var assertions =
                Stream.of(
                        file.signed(
                                JWSAlgorithm.RS512,
                                kid,
                                other.privateKey(),
                                UnaryOperator.identity()),
                        file.signed(
                                JWSAlgorithm.RS512,
                                UUID.randomUUID().toString(),
                                file.privateKey(),
                                UnaryOperator.identity()),
                        file.signed(
                                JWSAlgorithm.RS512,
                                "1",
                                file.privateKey(),
                                UnaryOperator.identity()),
                        file.signed(
                                JWSAlgorithm.PS512,
                                kid,
                                file.privateKey(),
                                UnaryOperator.identity()),
                        mac.serialize(),
                        new PlainJWT(claims).serialize(),
                        "nonsense");
        assertThat(
                        assertions.map(
                                it -> refused(byAssertion(it), "invalid_grant").string("/message")))
                .hasSize(7)
                .containsOnly(
                        "the assertion is not signed with an active key of a service account");
    }

    @Test
    void errorsAreOfOAuthAndOursAtOnce() {
        refused(KeyFile.exchange(nobody, "password", "x", "y"), "unsupported_grant_type");
        refused(KeyFile.exchange(nobody, KeyFile.BY_ASSERTION, "x", "y"), "invalid_request");
        refused(KeyFile.exchange(nobody, "", "assertion", "y"), "unsupported_grant_type");
        nobody.post("/token", "{}").isProblem(415, 3);
        nobody.get("/token").isProblem(405, 12);
    }

    @Test
    void disabledAccountIsRefusedAtOnceAndLetInAgain() {
        var answer = byAssertion(file.assertion()).isOk();
        var client = with(answer.string("/access_token"));
        client.get("load-balancers").isOk();
        operator.put(account, "{\"role\":\"nlb.reader\",\"disabled\":true}").isOk();
        client.get("load-balancers").isProblem(401, 16);
        refused(byAssertion(file.assertion()), "invalid_grant");
        refused(
                KeyFile.exchange(
                        nobody, "refresh_token", "refresh_token", answer.string("/refresh_token")),
                "invalid_grant");
        operator.put(account, "{\"role\":\"nlb.reader\"}").isOk();
        client.get("load-balancers").isOk();
        client.delete("load-balancers/none").isProblem(403, 7);
    }

    @Test
    void tokensOfADeletedKeyAreRefusedAtOnce() {
        var client = with(file.accessToken(nobody));
        client.get("load-balancers").isOk();
        operator.delete(account + "/keys/" + file.credential("kid")).isOk();
        client.get("load-balancers").isProblem(401, 16);
        refused(byAssertion(file.assertion()), "invalid_grant");
    }

    @Test
    void tokensOfADeletedAccountAreRefusedAtOnce() {
        var client = with(file.accessToken(nobody));
        client.get("load-balancers").isOk();
        operator.delete(account).isOk();
        client.get("load-balancers").isProblem(401, 16);
        operator.get(account).isProblem(404, 5);
        operator.get(account + "/keys").isProblem(404, 5);
    }

    @Test
    void tokensOfADeletedProjectAreRefusedAtOnce() {
        var client = with(file.accessToken(nobody));
        client.get("load-balancers").isOk();
        operator.delete("/admin/v1/projects/" + project.projectId()).isOk();
        client.get("load-balancers").isProblem(401, 16);
        refused(byAssertion(file.assertion()), "invalid_grant");
    }

    @Test
    void expiredKeyIsRefused() {
        var client = with(file.accessToken(nobody));
        jdbc.sql("UPDATE service_account_key SET valid_until = now() WHERE id = ?::uuid")
                .param(file.credential("kid"))
                .update();
        client.get("load-balancers").isProblem(401, 16);
        refused(byAssertion(file.assertion()), "invalid_grant");
        var listed = operator.get(account + "/keys").isOk();
        assertThat(listed.json().at("/keys/0/active").asBoolean()).isFalse();
    }

    @Test
    void rotatedKeySignsAndTheOlderStaysGoodUntilItIsRetired() throws Exception {
        var before = file.accessToken(nobody);
        var older = SignedJWT.parse(before).getHeader().getKeyID();
        var newer = operator.send("POST", "/admin/v1/signing-keys", "").isOk().string("/id");
        var after = file.accessToken(nobody);
        assertThat(SignedJWT.parse(after).getHeader().getKeyID()).isEqualTo(newer);
        with(before).get("load-balancers").isOk();
        with(after).get("load-balancers").isOk();
        operator.delete("/admin/v1/signing-keys/" + older).isOk();
        with(before).get("load-balancers").isProblem(401, 16);
        with(after).get("load-balancers").isOk();
        assertThat(nobody.get("/.well-known/jwks.json").text())
                .contains(newer)
                .doesNotContain(older);
        operator.delete("/admin/v1/signing-keys/" + older).isProblem(404, 5);
    }

    @Test
    void signingKeyIsSealedInTheDatabase() {
        file.accessToken(nobody);
        var stored =
                jdbc.sql("SELECT private_key FROM signing_key LIMIT 1")
                        .query(byte[].class)
                        .single();
        // What PKCS #8 begins with.
        assertThat(stored[0]).isNotEqualTo((byte) 0x30);
    }

    @Test
    void requestWithATokenOfOursTakesOneQueryMore() {
        var client = with(file.accessToken(nobody));
        client.create(Payload.onStaticAddress("web")).isOk();
        assertThat(statements.during(() -> client.get("load-balancers").isOk())).isEqualTo(2);
    }

    private Answer byAssertion(String assertion) {
        return KeyFile.exchange(nobody, KeyFile.BY_ASSERTION, "assertion", assertion);
    }

    private static Answer refused(Answer answer, String error) {
        answer.isProblem(400, 3);
        assertThat(answer.string("/error")).isEqualTo(error);
        return answer;
    }
}
