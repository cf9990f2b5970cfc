package dev.plimsoll.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTest extends ApiTest {
    private ApiClient operator;
    private String audit;
    private String all;

    @BeforeEach
    void threeWrites() {
        operator = with(project.operatorToken());
        audit = "/v2/projects/" + project.projectId() + "/audit";
        all = "/admin/v1/audit?projectId=" + project.projectId();
        api.create(Payload.onPrivateAddress("web"), "User-Agent", "curl/8").isOk();
        operator.put(
                        "/admin/v1/projects/" + project.projectId() + "/quotas/eu01",
                        "{\"maxLoadBalancers\":7,\"maxCredentials\":-1}")
                .isOk();
        api.delete("load-balancers/web").isOk();
    }

    @Test
    void entrySaysWhoWroteWhatByWhichRequest() {
        var answer =
                api.create(
                        Payload.onPrivateAddress("other"),
                        "X-Request-ID",
                        "2438ac3c-37eb-4902-adef-ed16b4431030");
        var entry = with(project.readerToken()).get(audit).isOk().json().at("/entries/0");

        assertThat(entry.path("action").asString()).isEqualTo("load-balancer.create");
        assertThat(entry.path("resource").asString())
                .isEqualTo("regions/eu01/load-balancers/other");
        assertThat(entry.path("author").asString()).startsWith("token:test admin:");
        assertThat(entry.path("requestId").asString()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(entry.path("projectId").asString()).isEqualTo(project.projectId().toString());
        assertThat(entry.at("/details/generation").asInt()).isEqualTo(1);
    }

    @Test
    void newestComesFirstAndTheFiltersNarrow() {
        assertThat(actions(audit))
                .containsExactly("load-balancer.delete", "quota.set", "load-balancer.create");
        assertThat(actions(audit + "?action=load-balancer."))
                .containsExactly("load-balancer.delete", "load-balancer.create");
        assertThat(actions(audit + "?author=test%20operator")).containsExactly("quota.set");
        assertThat(actions(audit + "?action=load_balancer.")).isEmpty();
        assertThat(actions(audit + "?until=2020-01-01T00:00:00Z")).isEmpty();
        var second = api.get(audit).isOk().string("/entries/1/at");
        assertThat(actions(audit + "?since=" + second))
                .containsExactly("load-balancer.delete", "quota.set");
        assertThat(actions(audit + "?until=" + second)).containsExactly("load-balancer.create");
    }

    @Test
    void pagesTogetherAreTheWholeList() {
        var first = api.get(audit + "?pageSize=2").isOk();
        var rest = api.get(audit + "?pageSize=2&pageId=" + first.string("/nextPageId")).isOk();
        assertThat(first.json().path("entries").size()).isEqualTo(2);
        assertThat(rest.json().path("entries").findValuesAsString("action"))
                .containsExactly("load-balancer.create");
        assertThat(rest.json().has("nextPageId")).isFalse();
        assertThat(statements.during(() -> api.get(audit).isOk())).isEqualTo(2);
        assertThat(statements.during(() -> operator.get("/admin/v1/audit").isOk())).isEqualTo(2);
    }

    @Test
    void tenantsSeeTheirOwnProjectOnly() {
        var other = anotherProject();
        var stranger = new ApiClient(base(), other.projectId(), other.adminToken());
        stranger.get(audit).isProblem(403, 7);
        assertThat(
                        stranger.get("/v2/projects/" + other.projectId() + "/audit")
                                .isOk()
                                .json()
                                .path("entries"))
                .isEmpty();
        assertThat(operator.get(all).isOk().json().path("entries").size()).isEqualTo(3);
        operator.put("/admin/v1/regions/eu02", "{\"displayName\":\"Two\"}").isOk();
        assertThat(operator.get("/admin/v1/audit?pageSize=1").isOk().string("/entries/0/action"))
                .isEqualTo("region.update");
        operator.put("/admin/v1/regions/eu02", "{\"displayName\":\"Region EU02\"}").isOk();
    }

    @Test
    void wrongFiltersAreNamed() {
        api.get(audit + "?since=monday").blames("#query/since");
        api.get(audit + "?until=1").blames("#query/until");
        api.get(audit + "?pageId=abc").blames("#query/pageId");
        api.get(audit + "?pageSize=0").blames("#query/pageSize");
        api.get(audit + "?author=" + "x".repeat(254)).blames("#query/author");
        operator.get("/admin/v1/audit?projectId=some").blames("#query/projectId");
    }

    private List<String> actions(String path) {
        return api.get(path).isOk().json().path("entries").findValuesAsString("action");
    }
}
