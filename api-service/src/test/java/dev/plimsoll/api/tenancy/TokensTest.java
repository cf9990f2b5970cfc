package dev.plimsoll.api.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest extends ApiTest {
    private static final String OPERATORS = "/admin/v1/tokens";

    private ApiClient operator;
    private String tokens;

    @BeforeEach
    void anOperator() {
        operator = with(project.operatorToken());
        tokens = "/admin/v1/projects/" + project.projectId() + "/tokens";
    }

    @Test
    void newTokenWorksWithItsRole() {
        var admin = create("nlb.admin");
        var reader = create("nlb.reader");
        with(secret(admin)).delete("load-balancers/none").isOk();
        with(secret(reader)).get("load-balancers").isOk();
        with(secret(reader)).delete("load-balancers/none").isProblem(403, 7);
    }

    @Test
    void secretIsShownOnceAndKeptNowhere() {
        var created = create("nlb.admin");
        var path = tokens + "/" + created.string("/token/id");
        assertThat(created.header("Cache-Control")).isEqualTo("no-store");
        assertThat(operator.get(tokens).isOk().text()).doesNotContain("plm_");
        assertThat(operator.get(path).isOk().json()).isEqualTo(created.json().path("token"));
        assertThat(
                        jdbc.sql("SELECT details::text || resource FROM audit_entry")
                                .query(String.class)
                                .list())
                .noneMatch(it -> it.contains(secret(created)));
    }

    @Test
    void revokedTokenIsRefusedAtOnceAndStaysListed() {
        var created = create("nlb.admin");
        var path = tokens + "/" + created.string("/token/id");
        operator.delete(path).isOk();
        with(secret(created)).get("load-balancers").isProblem(401, 16);
        operator.delete(path).isOk();
        assertThat(operator.get(path).isOk().string("/revokedAt")).isNotEmpty();
        assertThat(operator.get(tokens).text()).contains(created.string("/token/id"));
    }

    @Test
    void tokenIsRefusedOnceItExpired() {
        var soon = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        var created = create("nlb.admin", soon.toString());
        with(secret(created)).get("load-balancers").isOk();
        assertThat(Instant.parse(created.string("/token/expiresAt"))).isEqualTo(soon);
        jdbc.sql("UPDATE api_token SET expires_at = now() WHERE id = ?::uuid")
                .param(created.string("/token/id"))
                .update();
        with(secret(created)).get("load-balancers").isProblem(401, 16);
    }

    @Test
    void operatorsHaveTokensOfTheirOwn() {
        var created = operator.post(OPERATORS, example("/admin/v1/tokens", "Operator")).isOk();
        var other = with(secret(created));
        var path = OPERATORS + "/" + created.string("/token/id");
        assertThat(other.get(path).isOk().string("/role")).isEqualTo("operator");
        operator.get(tokens + "/" + created.string("/token/id")).isProblem(404, 5);
        operator.delete(path).isOk();
        other.get(path).isProblem(401, 16);
    }

    @Test
    void exampleOfTheContractWorks() {
        operator.post(tokens, example("/admin/v1/projects/{projectId}/tokens", "Pipeline")).isOk();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "{}; /name",
                "{\"name\":\" \",\"role\":\"nlb.admin\"}; /name",
                "{\"name\":\"a\"}; /role",
                "{\"name\":\"a\",\"role\":\"operator\"}; /role",
                "{\"name\":\"a\",\"role\":\"nlb.admin\",\"expiresAt\":\"2020-01-01T00:00:00Z\"};"
                        + " /expiresAt",
                "{\"name\":\"a\",\"role\":\"nlb.admin\",\"expiresAt\":\"soon\"}; /expiresAt"
            },
            delimiter = ';')
    void whatIsWrongIsNamed(String body, String pointer) {
        operator.post(tokens, body).blames(pointer);
    }

    @Test
    void listsGoPageByPage() {
        create("nlb.admin");
        create("nlb.admin");
        var seen = new ArrayList<String>();
        var page = operator.get(tokens + "?pageSize=3").isOk();
        page.json().path("tokens").forEach(it -> seen.add(it.path("id").asString()));
        var rest = operator.get(tokens + "?pageSize=3&pageId=" + page.string("/nextPageId")).isOk();
        rest.json().path("tokens").forEach(it -> seen.add(it.path("id").asString()));
        assertThat(seen).hasSize(4).doesNotHaveDuplicates();
        assertThat(rest.string("/nextPageId")).isEmpty();
        operator.get(tokens + "?pageId=x").isProblem(400, 3);
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        var other = "/admin/v1/projects/" + UUID.randomUUID() + "/tokens";
        operator.get(other).isProblem(404, 5);
        operator.post(other, body("nlb.admin", null)).isProblem(404, 5);
        operator.get(tokens + "/" + UUID.randomUUID()).isProblem(404, 5);
        operator.delete(tokens + "/1-1-1-1-1").isProblem(404, 5);
    }

    @Test
    void everyWriteIsInTheAudit() {
        var created = create("nlb.reader");
        operator.delete(tokens + "/" + created.string("/token/id")).isOk();
        var entries =
                jdbc.sql(
                                """
                                SELECT action || ' ' || resource || ' ' || split_part(author, ':', 1)
                                FROM audit_entry WHERE project_id = ? ORDER BY id
                                """)
                        .param(project.projectId())
                        .query(String.class)
                        .list();
        var resource = "tokens/" + created.string("/token/id");
        assertThat(entries)
                .containsExactly(
                        "token.create " + resource + " token",
                        "token.revoke " + resource + " token");
    }

    private Answer create(String role) {
        return create(role, null);
    }

    private Answer create(String role, String expiresAt) {
        return operator.post(tokens, body(role, expiresAt)).isOk();
    }

    private static String body(String role, String expiresAt) {
        var expiry = expiresAt == null ? "" : ",\"expiresAt\":\"" + expiresAt + "\"";
        return "{\"name\":\"pipeline\",\"role\":\"" + role + "\"" + expiry + "}";
    }

    private static String secret(Answer created) {
        return created.string("/secret");
    }

    private static Object example(String path, String name) {
        return new Contract()
                .document()
                .path("paths")
                .path(path)
                .path("post")
                .at("/requestBody/content/application~1json/examples/" + name + "/value");
    }
}
