package dev.plimsoll.api.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test in a region of its own, made by the test. */
class AdminPlansTest extends ApiTest {
    private ApiClient operator;
    private ApiClient tenant;
    private String region;
    private String plans;

    @BeforeEach
    void newRegion() {
        operator = with(project.operatorToken());
        int taken =
                jdbc.sql("SELECT count(*) FROM region WHERE id LIKE 'pl%'")
                        .query(Integer.class)
                        .single();
        region = "pl%02d".formatted(taken);
        operator.post(
                        "/admin/v1/regions",
                        "{\"region\":\"%s\",\"displayName\":\"Plans\"}".formatted(region))
                .isOk();
        tenant = api.inRegion(region);
        plans = "/admin/v1/regions/" + region + "/plans";
    }

    @Test
    void regionIsUsableAsSoonAsItHasAPlan() {
        assertThat(tenant.get("load-balancers").isOk().json().path("loadBalancers")).isEmpty();
        assertThat(tenant.get("quota").isOk().string("/region")).isEqualTo(region);
        assertThat(orderable()).isEmpty();
        tenant.create(Payload.onPrivateAddress("web")).blames("/planId");

        set("p10", 10_000).isOk();

        tenant.create(Payload.onPrivateAddress("web")).isOk();
        assertThat(orderable()).containsExactly("p10");
    }

    @Test
    void retiredPlanIsKeptByThoseWhoHaveItAndOrderedByNobody() {
        set("p10", 10_000).isOk();
        set("p20", 20_000).isOk();
        var ordered = tenant.create(onPlan("web", "p20")).isOk();

        operator.delete(plans + "/p20").isOk();

        assertThat(orderable()).containsExactly("p10");
        assertThat(operator.get(plans).isOk().json().path("plans").findValuesAsString("planId"))
                .containsExactly("p10", "p20");
        tenant.create(onPlan("other", "p20")).blames("/planId");
        var update = onPlan("web", "p20").at(ordered.version()).with("/labels", "{\"a\":\"b\"}");
        var kept = tenant.put("load-balancers/web", update, "Prefer", "wait=0").isOk();
        assertThat(kept.string("/planId")).isEqualTo("p20");
        set("p20", 20_000).isOk();
        tenant.create(onPlan("other", "p20")).isOk();
    }

    @Test
    void defaultPlanIsNotRetired() {
        set("p10", 10_000).isOk();
        operator.delete(plans + "/p10").isProblem(409, 9);
        operator.delete(plans + "/p99").isProblem(404, 5);
    }

    @Test
    void anotherSizeIsWorkForThoseWhoHaveThePlanOnly() {
        set("p10", 10_000).isOk();
        set("p20", 20_000).isOk();
        tenant.create(onPlan("on-p10", "p10")).isOk();
        tenant.create(onPlan("on-p20", "p20")).isOk();
        tenant.create(onPlan("gone", "p20")).isOk();
        world.isGone(deleted("gone"));
        jdbc.sql("DELETE FROM work_item").update();

        assertThat(set("p20", 25_000).isOk().json().path("maxConnections").asInt())
                .isEqualTo(25_000);

        assertThat(jdbc.sql("SELECT load_balancer_id FROM work_item").query(UUID.class).list())
                .containsExactly(world.id(project.projectId(), "on-p20"));
        jdbc.sql("DELETE FROM work_item").update();
        set("p20", 25_000).isOk();
        assertThat(jdbc.sql("SELECT 1 FROM work_item").query(Integer.class).list()).isEmpty();
    }

    @Test
    void wrongMembersAreNamed() {
        operator.put(plans + "/p10", "{}").blames("/name");
        set("p10", 0).blames("/maxConnections");
        set("P10", 1).blames("#path/planId");
        set("p-", 1).blames("#path/planId");
        operator.put("/admin/v1/regions/xx99/plans/p10", body(1)).isProblem(404, 5);
        operator.get("/admin/v1/regions/xx99/plans").isProblem(404, 5);
    }

    @Test
    void listIsPagedAndTakesTwoQueries() {
        for (var id : new String[] {"c", "a", "b"}) {
            set(id, 1).isOk();
        }
        var first = operator.get(plans + "?pageSize=2").isOk();
        var second = operator.get(plans + "?pageSize=2&pageId=" + first.string("/nextPageId"));
        assertThat(first.json().path("plans").findValuesAsString("planId"))
                .containsExactly("a", "b");
        assertThat(second.isOk().json().path("plans").findValuesAsString("planId"))
                .containsExactly("c");
        assertThat(second.json().has("nextPageId")).isFalse();
        assertThat(statements.during(() -> operator.get(plans).isOk())).isEqualTo(2);
    }

    private UUID deleted(String name) {
        var id = world.id(project.projectId(), name);
        tenant.delete("load-balancers/" + name).isOk();
        return id;
    }

    private Iterable<String> orderable() {
        return api.get("/v2/regions/" + region + "/plans")
                .isOk()
                .json()
                .path("validPlans")
                .findValuesAsString("planId");
    }

    private static Payload onPlan(String name, String plan) {
        return Payload.onPrivateAddress(name).with("/planId", "\"" + plan + "\"");
    }

    private Answer set(String plan, int maxConnections) {
        return operator.put(plans + "/" + plan, body(maxConnections));
    }

    private static String body(int maxConnections) {
        return """
        {"name": "n", "description": "d", "flavorName": "f", "maxConnections": %d}
        """
                .formatted(maxConnections);
    }
}
