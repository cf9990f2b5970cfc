package dev.plimsoll.api.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How pushes go, as the API tells it; and whom it lets nobody push to. */
class PushStatusTest extends ApiTest {
    private static final String CREDENTIAL =
            "{\"displayName\":\"pushes\",\"username\":\"me\",\"password\":\"secret\"}";

    private String ref;

    @BeforeEach
    void credentials() {
        ref = api.post("credentials", CREDENTIAL).isOk().string("/credential/credentialsRef");
    }

    @Test
    void failureOfOneAgentIsSeenAndHarmsNoStatus() {
        var id = pushing("https://push.example/write");
        var active = world.hasAgent(id, 0, "ACTIVE", 1);
        var standby = world.hasAgent(id, 1, "STANDBY", 2);
        world.serves(id);
        assertThat(condition().path("status").asString()).isEqualTo("UNKNOWN");

        pushes(active, 0, null, null, 0);
        pushes(standby, 3, "HTTP_STATUS", 503, 40);

        var report = api.get("load-balancers/web/status").isOk();
        assertThat(report.string("/status")).isEqualTo("STATUS_READY");
        assertThat(condition().path("status").asString()).isEqualTo("FALSE");
        assertThat(condition().path("reason").asString()).isEqualTo("HTTP_STATUS");
        assertThat(condition().path("message").asString()).contains("One agent's", "503");
        var push = report.json().at("/agents/1/pushes/0");
        assertThat(push.path("kind").asString()).isEqualTo("METRICS");
        assertThat(push.path("url").asString()).isEqualTo("https://push.example/write");
        assertThat(push.path("consecutiveFailures").asInt()).isEqualTo(3);
        assertThat(push.path("dropped").asInt()).isEqualTo(40);
        assertThat(push.at("/lastFailure/httpStatus").asInt()).isEqualTo(503);
        assertThat(report.json().at("/agents/0/pushes/0/lastFailure").isMissingNode()).isTrue();

        pushes(standby, 0, "HTTP_STATUS", 503, 40);
        assertThat(condition().path("status").asString()).isEqualTo("TRUE");
    }

    @Test
    void conditionIsThereOnlyWhereSomebodyIsToBePushedTo() {
        api.create(Payload.onStaticAddress("plain")).isOk();

        assertThat(api.get("load-balancers/plain/status").isOk().text()).doesNotContain("_PUSHED");
    }

    @Test
    void urlThatLeadsIntoTheInstallationIsRefusedWithItsPlace() {
        for (var url :
                new String[] {
                    "http://127.0.0.1/",
                    "http://[::1]:9090/",
                    "http://localhost/",
                    "https://169.254.169.254/latest",
                    "http://0.0.0.0/",
                    "http://[fd00:ec2::254]/",
                    "http://[::ffff:127.0.0.1]/",
                    "http://100.64.0.1/",
                    "http://224.0.0.1/"
                }) {
            var refused = create("refused", url).isProblem(400, 3);

            assertThat(refused.text()).as(url).contains("/options/observability/metrics/pushUrl");
            assertThat(refused.text()).as(url).contains("NOT_ALLOWED");
        }
        create("elsewhere", "http://10.1.2.3:9090/").isOk();
        create("unknown", "http://nobody.invalid/").isOk();
    }

    private UUID pushing(String url) {
        create("web", url).isOk();
        return world.id(project.projectId(), "web");
    }

    private Answer create(String name, String url) {
        return api.create(
                Payload.onPrivateAddress(name)
                        .with(
                                "/options/observability",
                                "{\"metrics\":{\"credentialsRef\":\"%s\",\"pushUrl\":\"%s\"}}"
                                        .formatted(ref, url)));
    }

    private JsonNode condition() {
        for (var condition :
                api.get("load-balancers/web/status").isOk().json().path("conditions")) {
            if (condition.path("type").asString().equals("METRICS_PUSHED")) {
                return condition;
            }
        }
        throw new AssertionError("No condition METRICS_PUSHED");
    }

    private void pushes(UUID machine, int failures, String reason, Integer status, long dropped) {
        jdbc.sql(
                        """
                        INSERT INTO push_status (machine_id, load_balancer_id, kind, url, last_success_at,
                            last_failure_at, reason, http_status, consecutive_failures, dropped)
                        SELECT id, load_balancer_id, 'METRICS', 'https://push.example/write', now(),
                            CASE WHEN :reason::text IS NOT NULL THEN now() END, :reason::text, :status::integer,
                            :failures::integer, :dropped::bigint
                        FROM machine WHERE id = :machine
                        ON CONFLICT (machine_id, kind) DO UPDATE
                            SET consecutive_failures = excluded.consecutive_failures
                        """)
                .param("machine", machine)
                .param("failures", failures)
                .param("reason", reason)
                .param("status", status)
                .param("dropped", dropped)
                .update();
    }
}
