package dev.plimsoll.api.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StatusReportTest extends ApiTest {
    private UUID id;

    @BeforeEach
    void created() {
        api.create(Payload.onStaticAddress("web")).isOk();
        id = world.id(project.projectId(), "web");
    }

    @Test
    void unfinishedLoadBalancerSaysWhatItWaitsFor() {
        var report = api.get("load-balancers/web/status").isOk();
        assertThat(report.string("/status")).isEqualTo("STATUS_PENDING");
        assertThat(report.json().path("agents").isEmpty()).isTrue();
        assertThat(report.string("/waitingFor/what")).contains("SPEC");
        jdbc.sql("UPDATE work_item SET waiting_for = 'an address', attempt = 3").update();
        assertThat(api.get("load-balancers/web/status").string("/waitingFor/what"))
                .isEqualTo("an address");
    }

    @Test
    void readyLoadBalancerShowsConditionsAndAgents() {
        world.serves(id);
        var active = world.hasAgent(id, 0, "ACTIVE", 4711);
        world.hasAgent(id, 1, "STANDBY", 4712);
        var report = api.get("load-balancers/web/status").isOk();
        assertThat(report.json().path("conditions").findValuesAsString("type"))
                .containsExactly("APPLIED", "FEASIBLE", "SERVING");
        assertThat(report.string("/agents/0/machineId")).isEqualTo(active.toString());
        assertThat(report.json().path("agents").findValuesAsString("role"))
                .containsExactly("ACTIVE", "STANDBY");
        assertThat(report.json().has("waitingFor")).isFalse();
    }

    @Test
    void silenceBecomesAnErrorAfterAWhile() {
        world.isSilentFor(id, Duration.ofSeconds(20));
        assertThat(api.get("load-balancers/web").string("/status")).isEqualTo("STATUS_PENDING");
        world.isSilentFor(id, Duration.ofSeconds(31));
        var error = api.get("load-balancers/web").isOk();
        assertThat(error.string("/status")).isEqualTo("STATUS_ERROR");
        assertThat(error.string("/errors/0/type")).isEqualTo("TYPE_INTERNAL");
        assertThat(error.string("/errors/0/description")).isEqualTo("No agent answers");
    }

    @Test
    void operatorSeesAllLoadBalancersWithTheirAgents() {
        world.hasAgent(id, 0, "ACTIVE", 4711);
        var own = amongAll(id);
        assertThat(own.path("name").asString()).isEqualTo("web");
        assertThat(own.path("projectId").asString()).isEqualTo(project.projectId().toString());
        assertThat(own.at("/agents/0/pid").asLong()).isEqualTo(4711);
        assertThat(own.at("/agents/0/adminAddress").asString()).isEqualTo("127.0.0.1:9000");
        var first = with(project.operatorToken()).get("/admin/v1/load-balancers?pageSize=1");
        assertThat(first.isOk().json().path("loadBalancers").size()).isEqualTo(1);
    }

    private JsonNode amongAll(UUID id) {
        var operator = with(project.operatorToken());
        var page = operator.get("/admin/v1/load-balancers?pageSize=1000").isOk();
        while (true) {
            for (var each : page.json().path("loadBalancers")) {
                if (each.path("id").asString().equals(id.toString())) {
                    return each;
                }
            }
            var next = page.string("/nextPageId");
            assertThat(next).as("another page").isNotEmpty();
            page = operator.get("/admin/v1/load-balancers?pageSize=1000&pageId=" + next).isOk();
        }
    }
}
