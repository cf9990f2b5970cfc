package dev.plimsoll.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What a console draws. */
class MetricsSeriesTest extends ApiTest {
    private static final String PATH = "load-balancers/web/metrics/series";

    @Autowired private TrafficRows rows;
    @Autowired private TrafficRollUp rollUp;
    private UUID id;
    private UUID active;
    private UUID standby;
    private AnsweringAgents agents;

    /** The number of a slot that has just ended. */
    private final long newest = Instant.now().getEpochSecond() / 5 - 1;

    @BeforeEach
    void twoAgents() throws InterruptedException {
        api.create(Payload.onStaticAddress("web")).isOk();
        id = world.id(project.projectId(), "web");
        standby = world.hasAgent(id, 0, "STANDBY", 4711);
        active = world.hasAgent(id, 1, "ACTIVE", 4712);
        agents = new AnsweringAgents(database, jdbc).everybodyAnswers("TRAFFIC", "{}");
    }

    @AfterEach
    void nobodyAnswers() {
        agents.close();
    }

    private static Instant at(long slot) {
        return Instant.ofEpochSecond(slot * 5);
    }

    private JsonNode fine(long firstSlot, long endSlot) {
        return api.get(PATH + "?resolution=5s&from=" + at(firstSlot) + "&to=" + at(endSlot))
                .isOk()
                .json();
    }

    /** Of the series; "null" where a point has none. */
    private static List<String> values(JsonNode report, String name) {
        var values = new ArrayList<String>();
        for (var series : report.path("series")) {
            var full = series.path("name").asString() + series.path("reason").asString("");
            if (full.equals(name)) {
                series.path("values").forEach(value -> values.add(value.toString()));
            }
        }
        return values;
    }

    @Test
    void lastHourIsInPointsOfFiveSecondsAndGapsAreNoZeros() {
        world.carries(active, newest - 3, true, "{\"opened\": 10, \"connections\": 4}");
        world.carries(standby, newest - 3, false, "{\"opened\": 5, \"bytesToClients\": 50}");
        world.carries(standby, newest - 2, false, "{}");
        world.carries(active, newest - 1, true, "{\"rejectedLimit\": 1}");

        var report = fine(newest - 4, newest);

        assertThat(values(report, "newConnections")).containsExactly("null", "3.0", "null", "0.0");
        assertThat(values(report, "activeConnections"))
                .containsExactly("null", "4.0", "null", "0.0");
        assertThat(values(report, "bytesToClients")).containsExactly("null", "10.0", "null", "0.0");
        assertThat(values(report, "rejectedConnectionsLIMIT"))
                .containsExactly("null", "0.0", "null", "0.2");
        assertThat(values(report, "connectTimeMedian"))
                .containsExactly("null", "null", "null", "null");
        assertThat(report.path("known").toString()).isEqualTo("[0.0,1.0,0.0,1.0]");
        assertThat(report.path("from").asString()).isEqualTo(at(newest - 4).toString());
    }

    @Test
    void whatAgentsHaveNotToldYetIsAskedOfThemAndWhoIsSilentIsSaid() {
        world.isCutOff(standby);

        var agentsOf = api.get(PATH).isOk().json().path("agents");

        assertThat(agentsOf.findValuesAsString("reason"))
                .containsExactly("NOT_CONNECTED", "ANSWERED");
        assertThat(agents.asked(active)).isEqualTo(1);
        assertThat(agents.asked(standby)).isZero();
    }

    @Test
    void whatIsPastIsAskedOfNobody() {
        var report = fine(newest - 300, newest - 200);

        assertThat(report.path("agents")).isEmpty();
        assertThat(agents.asked(active)).isZero();
    }

    @Test
    void withoutParametersItIsTheLastHour() {
        var report = api.get(PATH).isOk().json();

        assertThat(report.path("resolution").asString()).isEqualTo("5s");
        assertThat(values(report, "newConnections")).hasSize(720);
        assertThat(report.path("series")).hasSize(SeriesKind.ALL.size());
    }

    @Test
    void weekIsInPointsOfFiveMinutesAndOutlivesTheSlots() {
        long first = newest / 60 * 60 - 10 * 60;
        for (long slot = first; slot < first + 60; slot += 2) {
            world.carries(active, slot, true, "{\"opened\": 10, \"connections\": 4}");
        }
        world.carries(active, first + 60, true, "{\"opened\": 1, \"connections\": 8}");
        var before = coarse(first);

        rollUp.rollUp(List.of(id), Instant.now());
        jdbc.sql("DELETE FROM traffic_minute WHERE load_balancer_id = ?").param(id).update();

        assertThat(values(before, "newConnections").subList(0, 3))
                .containsExactly("2.0", "0.2", "null");
        assertThat(before.path("known").path(0).asDouble()).isEqualTo(0.5);
        assertThat(coarse(first)).isEqualTo(before);
    }

    private JsonNode coarse(long firstSlot) {
        var to = at(firstSlot + 240);
        return api.get(PATH + "?resolution=5m&from=" + at(firstSlot) + "&to=" + to).isOk().json();
    }

    @Test
    void rollingUpAgainAddsNothingAndWhatComesLateIsTakenUp() {
        long first = newest / 60 * 60 - 10 * 60;
        world.carries(active, first, true, "{\"opened\": 10}");
        rollUp.rollUp(List.of(id), Instant.now());
        rollUp.rollUp(List.of(id), Instant.now());
        world.carries(active, first + 1, true, "{\"opened\": 30}");
        rollUp.rollUp(List.of(id), Instant.now());
        jdbc.sql("DELETE FROM traffic_minute WHERE load_balancer_id = ?").param(id).update();

        assertThat(values(coarse(first), "newConnections").getFirst()).isEqualTo("4.0");
    }

    @Test
    void ringsHoldNoMoreThanTheyHavePlacesFor() {
        long minute = newest / 12;
        for (long each = minute - 200; each <= minute; each++) {
            world.carries(active, each * 12, true, "{\"opened\": 1}");
        }
        int hour = (int) (minute / 60);
        for (int each = hour - 400; each <= hour; each += 10) {
            var some = new ArrayList<TrafficRows.Hour>();
            for (int i = each; i < each + 10 && i <= hour; i++) {
                some.add(new TrafficRows.Hour(id, i, java.util.Map.of()));
            }
            rows.write(some);
        }

        assertThat(count("traffic_minute")).isEqualTo(90);
        assertThat(count("traffic_hour")).isEqualTo(169);

        rollUp.rollUp(List.of(id), Instant.now().plus(Duration.ofDays(30)));
        assertThat(count("traffic_minute")).isZero();
        assertThat(count("traffic_hour")).isZero();
    }

    @Test
    void nothingIsRolledUpOfALoadBalancerThatIsGone() {
        world.carries(active, newest / 60 * 60 - 120, true, "{\"opened\": 1}");
        api.delete("load-balancers/web").isOk();
        world.isGone(id);

        rollUp.rollUp(List.of(id), Instant.now());

        assertThat(count("traffic_hour")).isZero();
        api.get(PATH).isProblem(404, 5);
    }

    private int count(String table) {
        return jdbc.sql("SELECT count(*) FROM " + table + " WHERE load_balancer_id = ?")
                .param(id)
                .query(Integer.class)
                .single();
    }

    @ParameterizedTest
    @CsvSource({
        "from=yesterday, from",
        "to=2026-13-01T00:00:00Z, to",
        "resolution=1s, resolution",
        "resolution=, resolution",
        "from=2999-01-01T00:00:00Z, from",
        "from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z, to",
        "from=2026-03-01T00:00:00Z&to=2026-03-01T02:00:00Z&resolution=5s, from",
        "from=2026-03-01T00:00:00Z&to=2026-03-09T00:00:00Z, from",
    })
    void whatCannotBeIsRefusedByItsName(String query, String blamed) {
        api.get(PATH + "?" + query).blames("#query/" + blamed);
    }

    @Test
    void longAgoNothingIsKnown() {
        var report =
                api.get(PATH + "?from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z").isOk().json();

        assertThat(report.path("resolution").asString()).isEqualTo("5m");
        assertThat(values(report, "newConnections")).hasSize(12).containsOnly("null");
    }

    @Test
    void strangersSeeNothing() {
        with(anotherProject().readerToken()).get(PATH).isProblem(403, 7);
        api.get("load-balancers/other/metrics/series").isProblem(404, 5);
    }
}
