package dev.plimsoll.api.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AuthenticationTest extends ApiTest {

    /** Every operation of the contract: method, path. */
    static Stream<Arguments> operations() {
        return new Contract()
                .document()
                .path("paths")
                .propertyStream()
                .flatMap(path ->
                        path.getValue()
                                .propertyStream()
                                .map(method -> Arguments.of(method.getKey(), path.getKey())));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("operations")
    void everyOperationAsksWhoAndMayThey(String method, String template) {
        boolean admin = template.startsWith("/admin");
        boolean ofProject = !admin && template.contains("{projectId}");
        var path = path(template, (admin ? UUID.randomUUID() : project.projectId()).toString());
        var verb = method.toUpperCase(java.util.Locale.ROOT);
        boolean writes = !verb.equals("GET");
        var stranger = anotherProject();
        // A body that cannot be read shows that nobody looked at it.
        for (var token : new String[] {"", "plm_wrong", "not a token"}) {
            var answer = with(token).send(verb, path, "{broken").isProblem(401, 16);
            assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        }
        if (ofProject) {
            var other = with(stranger.adminToken()).send(verb, path, "{broken").isProblem(403, 7);
            assertThat(other.string("/message"))
                    .isEqualTo("this project_id is not allowed to try this API");
            with(project.operatorToken()).send(verb, path, "{broken").isProblem(403, 7);
        }
        if (admin) {
            with(project.adminToken()).send(verb, path, "{broken").isProblem(403, 7);
            assertThat(with(project.operatorToken()).send(verb, path, "{broken").status())
                    .isNotIn(401, 403);
        }
        if (writes) {
            with(project.readerToken()).send(verb, path, "{broken").isProblem(403, 7);
        }
    }

    private static String path(String template, String projectId) {
        return template.replace("{projectId}", projectId)
                .replace("{region}", "eu01")
                .replaceAll("\\{[^}]+}", "some");
    }

    @Test
    void readerReads() {
        api.create(Payload.onStaticAddress("web")).isOk();
        var reader = with(project.readerToken());
        reader.get("load-balancers").isOk();
        reader.get("load-balancers/web").isOk();
        reader.get("quota").isOk();
        reader.get("/v2/regions/eu01/plans").isOk();
        reader.create(Payload.onStaticAddress("x")).isProblem(403, 7);
        reader.delete("load-balancers/web").isProblem(403, 7);
        assertThat(api.get("load-balancers/web").string("/status")).isEqualTo("STATUS_PENDING");
    }

    @Test
    void revokedAndExpiredTokensAreUnknown() {
        set("revoked_at = now()");
        api.get("load-balancers").isProblem(401, 16);
        set("revoked_at = NULL, expires_at = now() - interval '1 second'");
        api.get("load-balancers").isProblem(401, 16);
        set("expires_at = now() + interval '1 hour'");
        api.get("load-balancers").isOk();
    }

    @Test
    void useOfATokenIsWrittenDown() {
        api.get("load-balancers").isOk();
        await().untilAsserted(() ->
                assertThat(
                                jdbc.sql(
                                                "SELECT last_used_at IS NOT NULL FROM api_token"
                                                        + " WHERE project_id = ?"
                                                        + " AND role = 'nlb.admin'")
                                        .param(project.projectId())
                                        .query(Boolean.class)
                                        .single())
                        .isTrue());
    }

    @Test
    void tokensAreStoredAsHashesOnly() {
        assertThat(project.adminToken()).matches("plm_[A-Za-z0-9_-]{43}");
        assertThat(project.toString()).doesNotContain("plm_");
        var stored =
                jdbc.sql("SELECT row_to_json(t)::text FROM api_token t WHERE project_id = ?")
                        .param(project.projectId())
                        .query(String.class)
                        .list();
        assertThat(stored).hasSize(2).noneMatch(row -> row.contains(project.adminToken()));
    }

    @Test
    void projectIdsAreOfTheKindThatAllClientsTake() {
        assertThat(project.projectId().version()).isEqualTo(4);
    }

    private void set(String what) {
        jdbc.sql("UPDATE api_token SET " + what + " WHERE project_id = ?")
                .param(project.projectId())
                .update();
    }
}
