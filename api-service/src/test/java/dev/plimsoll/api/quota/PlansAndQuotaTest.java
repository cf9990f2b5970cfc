package dev.plimsoll.api.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlansAndQuotaTest extends ApiTest {

    @Test
    void plansAreThoseOfTheRegion() {
        var plans = api.get("/v2/regions/eu01/plans").isOk().json().path("validPlans");
        assertThat(plans.findValuesAsString("planId"))
                .containsExactly("p10", "p50", "p250", "p750", "p1500");
        assertThat(plans.findValuesAsString("flavorName"))
                .containsExactly("t1.2", "s1a.4d", "s1a.8d", "s1a.16d", "s1a.60d");
        assertThat(plans.findValuesAsString("maxConnections"))
                .isEqualTo(List.of("10000", "50000", "250000", "750000", "1500000"));
        assertThat(api.get("/v2/regions/eu02/plans").json().path("validPlans").size()).isEqualTo(4);
        api.get("/v2/regions/nope/plans").isProblem(404, 5);
    }

    @Test
    void quotaIsUnlimitedByDefaultAndCountsWhatIsThere() {
        var fresh = api.get("quota").isOk().json();
        assertThat(fresh.path("maxLoadBalancers").asInt()).isEqualTo(-1);
        assertThat(fresh.path("usedLoadBalancers").asInt(-9)).isZero();
        assertThat(fresh.path("usedCredentials").asInt(-9)).isZero();
        api.create(Payload.onStaticAddress("web")).isOk();
        api.delete("load-balancers/web").isOk();
        assertThat(used()).isEqualTo(1);
        world.isGone(world.id(project.projectId(), "web"));
        assertThat(used()).isZero();
    }

    @Test
    void exhaustedQuotaRefusesAfterTheNameIsChecked() {
        limit(1);
        api.create(Payload.onStaticAddress("web")).isOk();
        api.create(Payload.onStaticAddress("web")).isProblem(409, 6);
        api.create(Payload.onStaticAddress("other")).isProblem(429, 8);
        api.create(Payload.onNoAddress("other")).isProblem(400, 3);
        api.inRegion("eu02").create(Payload.onStaticAddress("other")).isOk();
    }

    @Test
    void parallelCreationNeverExceedsTheQuota() throws Exception {
        limit(3);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 12)
                            .<Callable<Integer>>mapToObj(i ->
                                    () -> api.create(Payload.onPrivateAddress("lb-" + i)).status())
                            .toList();
            var statuses = threads.invokeAll(calls).stream().map(Future::resultNow).toList();
            assertThat(statuses).containsOnly(200, 429);
            assertThat(statuses).filteredOn(status -> status == 200).hasSize(3);
        }
        assertThat(used()).isEqualTo(3);
    }

    @Test
    void parallelCreationOfOneNameMakesOne() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls =
                    IntStream.range(0, 10)
                            .<Callable<Integer>>mapToObj(
                                    _ -> () -> api.create(Payload.onPrivateAddress("lb")).status())
                            .toList();
            var statuses = threads.invokeAll(calls).stream().map(Future::resultNow).toList();
            assertThat(statuses).containsOnly(200, 409);
            assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        }
    }

    private int used() {
        return api.get("quota").isOk().json().path("usedLoadBalancers").asInt();
    }

    private void limit(int max) {
        jdbc.sql("INSERT INTO project_quota VALUES (?, 'eu01', ?, -1)")
                .param(project.projectId())
                .param(max)
                .update();
    }
}
