package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DryRunTest extends ApiTest {
    private static final String WEB = "load-balancers/web?dryRun=true";
    private final Payload payload = Payload.onStaticAddress("web");
    private String version;

    @BeforeEach
    void loadBalancer() {
        version = api.create(payload).isOk().version();
    }

    @Test
    void creationTellsTheWholeSpecAsItWouldBe() {
        var plan = api.post("load-balancers?dryRun=true", Payload.onPrivateAddress("other")).isOk();
        assertThat(plan.header("Content-Type")).isEqualTo("application/vnd.plimsoll.dry-run+json");
        assertThat(plan.json().has("version")).isFalse();
        assertThat(plan.string("/changes/0/path")).isEmpty();
        assertThat(plan.string("/changes/0/to/planId")).isEqualTo("p10");
        assertThat(plan.string("/changes/0/effect")).isEqualTo("NEW_CONNECTIONS");
        api.get("load-balancers/other").isProblem(404, 5);
    }

    @Test
    void updateTellsEachMemberWithItsOldAndNewValue() {
        var plan =
                put(payload.at(version)
                                .with("/planId", "\"p50\"")
                                .with("/targetPools/0/targets/0/ip", "\"10.0.0.12\"")
                                .with("/listeners/0/displayName", "\"shop\""))
                        .isOk();
        assertThat(plan.version()).isEqualTo(version);
        assertThat(changes(plan))
                .containsExactlyInAnyOrder(
                        "/planId \"p10\" → \"p50\" NEW_CONNECTIONS",
                        "/listeners/0/displayName \"tcp-80\" → \"shop\" IN_PLACE",
                        "/targetPools/0/targets/0  → {\"displayName\":\"a\",\"ip\":\"10.0.0.12\"}"
                                + " NEW_CONNECTIONS",
                        "/targetPools/0/targets/0 {\"displayName\":\"a\",\"ip\":\"10.0.0.11\"} → "
                                + " DRAINS");
    }

    @Test
    void planIsEmptyWhereTheWriteWouldBeNone() {
        assertThat(changes(put(payload.at(version)))).isEmpty();
        assertThat(changes(api.delete("load-balancers/nope?dryRun=true"))).isEmpty();
    }

    @Test
    void removalClosesConnections() {
        var plan = api.delete(WEB).isOk();
        assertThat(plan.version()).isEqualTo(version);
        assertThat(plan.string("/changes/0/effect")).isEqualTo("CLOSES");
        assertThat(plan.string("/changes/0/from/externalAddress")).isEqualTo("192.0.2.5");
        assertThat(api.get("load-balancers/web").string("/status")).isEqualTo("STATUS_PENDING");
    }

    @Test
    void targetPoolsPlanPointsIntoTheLoadBalancer() {
        var pool =
                """
                {"targetPort": 8080, "targets": [{"ip": "10.0.0.12"},
                 {"displayName": "a", "ip": "10.0.0.11"}]}
                """;
        var plan = api.put("load-balancers/web/target-pools/web?dryRun=true", pool).isOk();
        assertThat(changes(plan))
                .containsExactly(
                        "/targetPools/0/targets/0  → {\"ip\":\"10.0.0.12\"} NEW_CONNECTIONS");
    }

    @Test
    void costIsThatOfTheOldPlanAndTheNew() {
        var other = Payload.onPrivateAddress("other");
        assertThat(cost(api.post("load-balancers?dryRun=true", other)))
                .isEqualTo("0 → 0.01304166667 EUR, 0.01304166667 an hour, 9.3900000024 a month");
        assertThat(cost(put(payload.at(version).with("/planId", "\"p50\""))))
                .isEqualTo("0.01304166667 → 0.01792916667 EUR, 0.0048875 an hour, 3.519 a month");
        assertThat(cost(api.delete(WEB)))
                .isEqualTo("0.01304166667 → 0 EUR, -0.01304166667 an hour, -9.3900000024 a month");
        assertThat(put(payload.at(version).with("/labels", "{\"a\":\"b\"}")).json().has("cost"))
                .isFalse();
    }

    private static String cost(Answer plan) {
        return "%s → %s %s, %s an hour, %s a month"
                .formatted(
                        plan.isOk().string("/cost/hourlyBefore"),
                        plan.string("/cost/hourlyAfter"),
                        plan.string("/cost/currency"),
                        plan.string("/cost/hourlyDifference"),
                        plan.string("/cost/monthlyDifference"));
    }

    @Test
    void nothingIsLeftBehind() {
        var before = everything();
        api.post("load-balancers?dryRun=true", Payload.onPrivateAddress("other")).isOk();
        put(payload.at(version).with("/planId", "\"p50\"")).isOk();
        api.delete(WEB).isOk();
        assertThat(everything()).isEqualTo(before);
        assertThat(api.get("load-balancers/web").version()).isEqualTo(version);
    }

    @Test
    void refusalsAreThoseOfTheRealWrite() {
        api.post("load-balancers?dryRun=true", payload).isProblem(409, 6);
        api.post("load-balancers?dryRun=true", Payload.onNoAddress("x")).blames("/externalAddress");
        put(payload.at("lb-0")).isProblem(409, 10);
        put(payload).blames("/version");
        put(payload.at(version).with("/listeners/0/port", "0")).blames("/listeners/0/port");
        api.put("load-balancers/nope?dryRun=true", payload.at(version)).isProblem(404, 5);
        api.delete(WEB, "If-Match", "\"lb-0\"").isProblem(412, 9);
        with(project.readerToken()).delete(WEB).isProblem(403, 7);
        jdbc.sql("INSERT INTO project_quota VALUES (?, 'eu01', 1, -1)")
                .param(project.projectId())
                .update();
        api.post("load-balancers?dryRun=true", Payload.onPrivateAddress("other")).isProblem(429, 8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "TRUE", ""})
    void anythingButTrueAndFalseIsRefused(String wrong) {
        var query = "?dryRun=" + wrong;
        api.post("load-balancers" + query, payload).blames("#query/dryRun");
        api.put("load-balancers/web" + query, payload.at(version)).blames("#query/dryRun");
        api.put("load-balancers/web/target-pools/web" + query, "{}").blames("#query/dryRun");
        api.delete("load-balancers/web" + query).blames("#query/dryRun");
    }

    @Test
    void falseIsTheRealThing() {
        api.delete("load-balancers/web?dryRun=false").isOk();
        assertThat(api.get("load-balancers/web").string("/status")).isEqualTo("STATUS_TERMINATING");
    }

    @Test
    void whatIsToldIsWhatHappens() {
        var change =
                payload.at(version)
                        .with(
                                "/options",
                                "{\"accessControl\":{\"allowedSourceRanges\":[\"::/0\"]}}")
                        .with("/labels", "{\"a\":\"b\"}");
        var plan = put(change).isOk();
        var before = api.get("load-balancers/web").json();
        var after = api.put("load-balancers/web", change, "Prefer", "wait=0").isOk().json();
        for (var told : plan.json().path("changes")) {
            var path = told.path("path").asString();
            assertThat(before.at(path)).isEqualTo(orMissing(told.path("from"), before.at(path)));
            assertThat(after.at(path)).isEqualTo(told.path("to"));
        }
        assertThat(plan.json().path("changes")).hasSize(2);
    }

    private static JsonNode orMissing(JsonNode told, JsonNode missing) {
        return told.isMissingNode() ? missing : told;
    }

    private Answer put(Payload body) {
        return api.put(WEB, body);
    }

    private static List<String> changes(Answer plan) {
        return plan.isOk()
                .json()
                .path("changes")
                .valueStream()
                .map(it ->
                        "%s %s → %s %s"
                                .formatted(
                                        it.path("path").asString(),
                                        it.path("from"),
                                        it.path("to"),
                                        it.path("effect").asString()))
                .toList();
    }

    private List<Map<String, Object>> everything() {
        return jdbc.sql(
                        """
                        SELECT (SELECT sum(generation) FROM load_balancer) AS generations,
                               (SELECT count(*) FROM load_balancer) AS load_balancers,
                               (SELECT count(*) FROM load_balancer_revision) AS revisions,
                               (SELECT count(*) FROM security_group) AS groups,
                               (SELECT sum(change) FROM work_item) AS work,
                               (SELECT count(*) FROM audit_entry) AS audit,
                               (SELECT count(*) FROM event) AS events
                        """)
                .query()
                .listOfRows();
    }
}
