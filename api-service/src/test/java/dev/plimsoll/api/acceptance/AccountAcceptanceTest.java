package dev.plimsoll.api.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients rely on: plans, quota, lists, and who may do what. */
class AccountAcceptanceTest extends ApiTest {

    @Test
    void plansOfTheRegionAreThoseThatAreSold() {
        var plans = api.get("/v2/regions/eu01/plans").isOk().json().path("validPlans");
        var connections =
                plans.valueStream()
                        .collect(
                                Collectors.toMap(
                                        it -> it.path("planId").asString(),
                                        it -> it.path("maxConnections").asInt()));
        assertThat(connections)
                .isEqualTo(
                        Map.of(
                                "p10", 10_000, "p50", 50_000, "p250", 250_000, "p750", 750_000,
                                "p1500", 1_500_000));
        var flavors =
                plans.valueStream()
                        .collect(
                                Collectors.toMap(
                                        it -> it.path("planId").asString(),
                                        it -> it.path("flavorName").asString()));
        assertThat(flavors)
                .isEqualTo(
                        Map.of(
                                "p10", "t1.2", "p50", "s1a.4d", "p250", "s1a.8d", "p750", "s1a.16d",
                                "p1500", "s1a.60d"));
        assertThat(plans)
                .allSatisfy(plan -> assertThat(plan.path("region").asString()).isEqualTo("eu01"));
    }

    @Test
    void freshProjectHasNothingAndNoFurtherPage() {
        var list = api.get("load-balancers").isOk().json();
        assertThat(list.path("loadBalancers")).isEmpty();
        assertThat(list.has("nextPageId")).isFalse();
    }

    @Test
    void quotaTellsLimitsAndUseAsNumbers() {
        var quota = api.get("quota").isOk().json();
        assertThat(quota.path("projectId").asString()).isEqualTo(project.projectId().toString());
        assertThat(quota.path("region").asString()).isEqualTo("eu01");
        assertThat(quota.path("maxLoadBalancers").isInt()).isTrue();
        assertThat(quota.path("maxCredentials").isInt()).isTrue();
        assertThat(quota.get("usedLoadBalancers").asInt()).isZero();
        assertThat(quota.get("usedCredentials").asInt()).isZero();
    }

    @Test
    void onlyMembersOfTheProjectGetInAndOnlyAdminsWrite() {
        with("").get("load-balancers").isProblem(401, 16);
        with("").create(Payload.onStaticAddress("x")).isProblem(401, 16);
        with("").get("/v2/regions/eu01/plans").isProblem(401, 16);
        with("nonsense").get("load-balancers").isProblem(401, 16);
        var reader = with(project.readerToken());
        reader.get("load-balancers").isOk();
        reader.get("/v2/regions/eu01/plans").isOk();
        reader.create(Payload.onStaticAddress("x")).isProblem(403, 7);
        reader.delete("load-balancers/x").isProblem(403, 7);
        var stranger = new ApiClient(base(), project.projectId(), anotherProject().adminToken());
        stranger.get("load-balancers").isProblem(403, 7);
        stranger.create(Payload.onStaticAddress("x")).isProblem(403, 7);
    }

    @Test
    void pagesTogetherAreTheListWithoutGapOrRepetition() {
        for (var name : List.of("a", "b", "c")) {
            api.create(Payload.onPrivateAddress(name)).isOk();
        }
        var names = new ArrayList<String>();
        var query = "load-balancers?pageSize=1";
        for (String next = null; ; ) {
            var page = api.get(next == null ? query : query + "&pageId=" + next).isOk().json();
            page.path("loadBalancers").forEach(it -> names.add(it.path("name").asString()));
            if (!page.has("nextPageId")) {
                break;
            }
            next = page.path("nextPageId").asString();
            assertThat(next).matches("[0-9a-z-]{1,63}");
        }
        assertThat(names).containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"pageSize=0", "pageSize=-1", "pageSize=x", "pageSize=1001", "pageId=!!"})
    void pageThatCannotBeIsRefused(String query) {
        api.get("load-balancers?" + query).isProblem(400, 3);
    }

    @Test
    void projectThatHasAllItMayHaveGetsNoMore() {
        jdbc.sql("INSERT INTO project_quota VALUES (?, 'eu01', 1, -1)")
                .param(project.projectId())
                .update();
        api.create(Payload.onStaticAddress("one")).isOk();
        api.create(Payload.onStaticAddress("two")).isProblem(429, 8);
        api.create(Payload.onStaticAddress("one")).isProblem(409, 6);
        assertThat(api.get("quota").json().path("usedLoadBalancers").asInt()).isEqualTo(1);
    }
}
