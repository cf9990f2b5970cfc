package dev.plimsoll.api.authentication.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import dev.plimsoll.api.support.TestIssuer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens of a real issuer. */
class OidcTest extends ApiTest {
    private static final String PROJECTS = "plimsoll_projects";
    private static final String ROLE = "plimsoll_role";

    private final TestIssuer issuer = TestIssuer.running();

    @Test
    void objectOfProjectsGivesARoleInEach() {
        var other = anotherProject();
        var roles =
                Map.of(
                        project.projectId().toString(),
                        "nlb.admin",
                        other.projectId().toString(),
                        "nlb.reader");
        var token = issuer.token(Map.of(PROJECTS, roles));
        with(token).create(Payload.onStaticAddress("web")).isOk();
        var there = "/v2/projects/" + other.projectId() + "/regions/eu01/load-balancers";
        with(token).get(there).isOk();
        with(token).delete(there + "/web").isProblem(403, 7);
        with(token).get("/admin/v1/load-balancers").isProblem(403, 7);
    }

    @Test
    void listOfProjectsHasItsRolesBehindAColonOrInAClaimOfTheirOwn() {
        var id = project.projectId().toString();
        with(issuer.token(Map.of(PROJECTS, List.of(id + ":nlb.reader"))))
                .get("load-balancers")
                .isOk();
        with(issuer.token(Map.of(PROJECTS, List.of(id), ROLE, "nlb.admin")))
                .delete("load-balancers/none")
                .isOk();
        with(issuer.token(Map.of(PROJECTS, id, ROLE, List.of("nlb.reader", "else"))))
                .delete("load-balancers/none")
                .isProblem(403, 7);
    }

    @Test
    void operatorsAreNamedByAClaim() {
        with(issuer.token(Map.of(ROLE, List.of("operator"))))
                .get("/admin/v1/load-balancers")
                .isOk();
    }

    @Test
    void whatIsNotUnderstoodGrantsNothing() {
        var id = project.projectId().toString();
        for (var claim :
                List.of(
                        Map.of(),
                        Map.of(PROJECTS, 7),
                        Map.of(PROJECTS, List.of(id)),
                        Map.of(PROJECTS, Map.of(id, "owner")),
                        Map.of(PROJECTS, List.of(id + ":operator")),
                        Map.of(PROJECTS, List.of("x:nlb.admin")))) {
            @SuppressWarnings("unchecked")
            var claims = (Map<String, Object>) (Map<?, ?>) claim;
            with(issuer.token(claims)).get("load-balancers").isProblem(403, 7);
            with(issuer.token(claims)).get("/v2/regions/eu01/plans").isOk();
        }
    }

    @Test
    void projectThatDoesNotExistIsForbiddenLikeAnyOther() {
        var missing = UUID.randomUUID();
        var token = issuer.token(Map.of(PROJECTS, Map.of(missing.toString(), "nlb.admin")));
        var path = "/v2/projects/" + missing + "/regions/eu01/load-balancers";
        with(token).post(path, Payload.onStaticAddress("web")).isProblem(403, 7);
    }

    @Test
    void authorIsTheSubjectOfTheIssuer() {
        var roles = Map.of(project.projectId().toString(), "nlb.admin");
        with(issuer.token(Map.of(PROJECTS, roles))).create(Payload.onStaticAddress("web")).isOk();
        assertThat(
                        jdbc.sql("SELECT author FROM audit_entry WHERE project_id = ?")
                                .param(project.projectId())
                                .query(String.class)
                                .single())
                .isEqualTo("oidc:" + TestIssuer.URL + ":pipeline");
    }

    static Stream<Arguments> forgeries() {
        return Stream.of(
                forged("another issuer", it -> it.issuer("https://evil.example")),
                forged("issuer in other letters", it -> it.issuer(TestIssuer.URL + "/")),
                forged("no issuer", it -> it.issuer(null)),
                forged("another audience", it -> it.audience("somebody-else")),
                forged("no audience", it -> it.audience((String) null)),
                forged("expired", it -> it.expirationTime(in(Duration.ofMinutes(-2)))),
                forged("never expires", it -> it.expirationTime(null)),
                forged("not yet", it -> it.notBeforeTime(in(Duration.ofMinutes(5)))),
                forged("no subject", it -> it.subject(null)),
                forged("subject too long", it -> it.subject("s".repeat(256))));
    }

    private static Arguments forged(String name, UnaryOperator<JWTClaimsSet.Builder> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void tokenThatIsNotMeantForUsIsRefused(
            String name, UnaryOperator<JWTClaimsSet.Builder> change) {
        with(issuer.sign(claims().build())).get("load-balancers").isOk();
        with(issuer.sign(change.apply(claims()).build())).get("load-balancers").isProblem(401, 16);
    }

    @Test
    void anotherKeyUnderTheSameIdIsRefused() throws Exception {
        var own = new RSAKey.Builder(TestIssuer.newKey()).keyID(issuer.key().getKeyID()).build();
        with(issuer.sign(claims().build(), own)).get("load-balancers").isProblem(401, 16);
    }

    @Test
    void newKeyOfTheIssuerIsFoundByItself() {
        with(issuer.sign(claims().build())).get("load-balancers").isOk();
        issuer.rotate();
        await().untilAsserted(
                        () -> with(issuer.sign(claims().build())).get("load-balancers").isOk());
    }

    @Test
    void requestTakesOneQueryMore() {
        var client = with(issuer.sign(claims().build()));
        client.create(Payload.onStaticAddress("web")).isOk();
        assertThat(statements.during(() -> client.get("load-balancers").isOk())).isEqualTo(2);
    }

    /** It takes connections and answers nothing, ever. */
    @Test
    void deadIssuerIsUnavailableAndHoldsNobodyUp() throws Exception {
        try (var _ = new ServerSocket(DEAD_ISSUER_PORT, 1, InetAddress.getLoopbackAddress())) {
            var token = issuer.sign(claims().issuer(DEAD_ISSUER).build());
            var answer = with(token).get("load-balancers").isProblem(503, 14);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            api.get("load-balancers").isOk();
            with(issuer.sign(claims().build())).get("load-balancers").isOk();
        }
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(TestIssuer.URL)
                .subject("alice")
                .audience(TestIssuer.AUDIENCE)
                .expirationTime(in(Duration.ofMinutes(5)))
                .claim(PROJECTS, Map.of(project.projectId().toString(), "nlb.admin"));
    }

    private static Date in(Duration duration) {
        return Date.from(Instant.now().plus(duration));
    }
}
