package dev.plimsoll.api.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import org.junit.jupiter.api.Test;

class AuthenticationTest extends ApiTest {

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
