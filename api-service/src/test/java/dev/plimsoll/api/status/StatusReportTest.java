package dev.plimsoll.api.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
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
        isWaiting("an address", 3, 3);
        assertThat(api.get("load-balancers/web/status").string("/waitingFor/what"))
                .isEqualTo("an address");
    }

    @Test
    void unfinishedLoadBalancerSaysSinceWhenHowOftenAndUntilWhen() {
        isWaiting("an address", 3, 12);

        var waiting = api.get("load-balancers/web/status").isOk().json().path("waitingFor");

        assertThat(waiting.path("attempt").asInt()).isEqualTo(12);
        assertThat(time(waiting, "since")).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(time(waiting, "nextTry")).isEqualTo("2026-03-01T12:00:07Z");
        assertThat(time(waiting, "deadline")).isEqualTo(createdAt().plus(Duration.ofSeconds(30)));
    }

    @Test
    void whatNobodyServesIsLateWhenItBecomesAnError() {
        world.isSilentFor(id, Duration.ofSeconds(31));
        isWaiting("an agent", 3, 3);

        var report = api.get("load-balancers/web/status").isOk();

        assertThat(report.string("/status")).isEqualTo("STATUS_ERROR");
        assertThat(time(report.json().path("waitingFor"), "deadline"))
                .isBetween(Instant.now().minusSeconds(20), Instant.now());
    }

    @Test
    void readyLoadBalancerSaysWhatItsRedundancyWaitsFor() {
        world.serves(id);
        isWaiting("a second agent", 1, 1);

        var report = api.get("load-balancers/web/status").isOk();

        assertThat(report.string("/status")).isEqualTo("STATUS_READY");
        assertThat(report.string("/waitingFor/what")).isEqualTo("a second agent");
    }

    @Test
    void deletionSaysWhatItWaitsFor() {
        isWaiting("a machine to be removed", 1, 1);
        api.delete("load-balancers/web").isOk();

        var report = api.get("load-balancers/web/status").isOk();

        assertThat(report.string("/status")).isEqualTo("STATUS_TERMINATING");
        assertThat(report.string("/waitingFor/what")).isEqualTo("a machine to be removed");
    }

    @Test
    void readyLoadBalancerShowsConditionsAndAgents() {
        world.serves(id);
        var active = world.hasAgent(id, 0, "ACTIVE", 4711);
        world.hasAgent(id, 1, "STANDBY", 4712);
        var report = api.get("load-balancers/web/status").isOk();
        assertThat(report.json().path("conditions").findValuesAsString("type"))
                .containsExactly("APPLIED", "FEASIBLE", "SERVING", "AGENTS_AGREE");
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

    private void isWaiting(String what, int attempt, int tries) {
        jdbc.sql(
                        """
                        UPDATE work_item
                        SET waiting_for = :what, waiting_since = '2026-03-01T12:00:00Z', attempt = :attempt,
                            tries = :tries, not_before = '2026-03-01T12:00:07Z',
                            enqueued_at = '2026-03-01T11:00:00Z'
                        WHERE load_balancer_id = :id
                        """)
                .param("what", what)
                .param("attempt", attempt)
                .param("tries", tries)
                .param("id", id)
                .update();
    }

    private Instant createdAt() {
        return jdbc.sql(
                        "SELECT created_at FROM load_balancer_revision WHERE load_balancer_id ="
                                + " :id")
                .param("id", id)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    private static Instant time(JsonNode object, String member) {
        return OffsetDateTime.parse(object.path(member).asString()).toInstant();
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
