package dev.plimsoll.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ConnectionsTest extends ApiTest {
    private static final String PATH = "load-balancers/web/connections";
    private static final String ONE = "6f1c2a7e-93b4-8d05-8000-000000000001";
    private static final String TWO = "6f1c2a7e-93b4-8d05-8000-000000000002";
    private static final String THREE = "7a1c2a7e-93b4-8d05-8000-000000000003";

    private UUID active;
    private UUID standby;
    private AnsweringAgents agents;

    @BeforeEach
    void twoAgents() throws InterruptedException {
        api.create(Payload.onStaticAddress("web")).isOk();
        var id = world.id(project.projectId(), "web");
        standby = world.hasAgent(id, 0, "STANDBY", 4711);
        active = world.hasAgent(id, 1, "ACTIVE", 4712);
        agents = new AnsweringAgents(database, jdbc);
    }

    @AfterEach
    void nobodyAnswers() {
        agents.close();
    }

    private static String closed(String id, long endedMillis, String cause) {
        return """
        {"id": "%s", "outcome": "CLOSED", "protocol": "TCP", "listener": "web", "port": 80,
         "client": "192.0.2.7", "clientPort": 50412, "targetPool": "web", "target": "10.0.0.11",
         "targetPort": 8080, "acceptedEpochMillis": 1772366400000,
         "connectedEpochMillis": 1772366400001, "endedEpochMillis": %d, "connectMicros": 412,
         "tries": 1, "bytesToTarget": 517, "bytesToClient": 5000000000, "closedBy": "TARGET",
         "cause": "%s", "generation": 3, "sampledOneIn": 4}
        """
                .formatted(id, endedMillis, cause);
    }

    private static String listed(int total, String... connections) {
        return """
        {"connections": [%s], "total": %d, "sampledOneIn": 4, "kept": 10000, "isBusy": false}
        """
                .formatted(String.join(",", connections), total);
    }

    private static java.util.List<String> ids(Answer answer) {
        return answer.json().path("connections").findValuesAsString("id");
    }

    @Test
    void connectionsOfBothAgentsAreOneListTheNewestFirst() {
        agents.answer(
                active,
                listed(
                        2,
                        closed(ONE, 1_772_366_403_000L, "FIN"),
                        closed(TWO, 1_772_366_401_000L, "RESET")));
        agents.answer(standby, listed(1, closed(THREE, 1_772_366_402_000L, "IDLE")));

        var answer = api.get(PATH + "?state=closed").isOk();

        assertThat(ids(answer)).containsExactly(ONE, THREE, TWO);
        assertThat(answer.json().path("total").asInt()).isEqualTo(3);
        assertThat(answer.string("/connections/0/role")).isEqualTo("ACTIVE");
        assertThat(answer.string("/connections/1/machineId")).isEqualTo(standby.toString());
        assertThat(answer.string("/connections/2/message"))
                .isEqualTo("It was reset by the target.");
        assertThat(answer.json().at("/connections/0/bytesToClient").asLong())
                .isEqualTo(5_000_000_000L);
        assertThat(answer.json().at("/connections/0/sampledOneIn").asInt()).isEqualTo(4);
        assertThat(answer.string("/agents/0/machineId")).isEqualTo(active.toString());
        assertThat(answer.json().at("/agents/0/kept").asInt()).isEqualTo(10_000);
        assertThat(answer.json().has("nextPageId")).isFalse();
    }

    @Test
    void agentsAreAskedForWhatIsWanted() {
        agents.answer(active, listed(0)).answer(standby, listed(0));

        api.get(
                        PATH
                                + "?client=192.0.2.0/24&target=10.0.0.11:8080&listener=web"
                                + "&since=2026-03-01T12:00:00Z&pageSize=5")
                .isOk();

        assertThat(agents.questions())
                .hasSize(2)
                .allSatisfy(it ->
                        assertThat(it)
                                .contains(
                                        "\"open\": true",
                                        "\"client\": \"192.0.2.0/24\"",
                                        "\"target\": \"10.0.0.11\"",
                                        "\"targetPort\": 8080",
                                        "\"listener\": \"web\"",
                                        "\"sinceEpochMillis\": 1772366400000",
                                        "\"most\": 6"));
    }

    @Test
    void nextPageBeginsWhereTheLastOneEnded() {
        world.isCutOff(standby);
        agents.answer(
                active,
                listed(
                        9,
                        closed(ONE, 1_772_366_403_000L, "FIN"),
                        closed(TWO, 1_772_366_401_000L, "FIN")));

        var first = api.get(PATH + "?state=closed&pageSize=1").isOk();
        assertThat(ids(first)).containsExactly(ONE);
        api.get(PATH + "?state=closed&pageSize=1&pageId=" + first.string("/nextPageId")).isOk();

        assertThat(agents.questions().getLast())
                .contains("\"beforeEpochMillis\": 1772366403000", "\"beforeId\": \"" + ONE + "\"");
    }

    @Test
    void itIsSaidWhichAgentsAreNotKnownOf() {
        world.isCutOff(standby);
        agents.answer(
                active,
                "{\"connections\": [], \"total\": 0, \"sampledOneIn\": 1, \"isBusy\": true}");

        var answer = api.get(PATH).isOk();

        assertThat(answer.string("/agents/0/reason")).isEqualTo("BUSY");
        assertThat(answer.string("/agents/1/reason")).isEqualTo("NOT_CONNECTED");
        assertThat(answer.json().at("/agents/0").has("total")).isFalse();
        assertThat(agents.asked(standby)).isZero();
    }

    @Test
    void causeThatIsNewerThanThisServiceIsAnotherOne() {
        world.isCutOff(standby);
        agents.answer(active, listed(1, closed(ONE, 1_772_366_403_000L, "SUNSPOTS")));

        var connection = api.get(PATH + "?state=closed").isOk().json().at("/connections/0");

        assertThat(connection.path("cause").asString()).isEqualTo("OTHER");
        assertThat(connection.path("message").asString()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "state=finished, state",
        "client=somebody, client",
        "client=192.0.2.0/33, client",
        "client=2001:db8::/129, client",
        "target=10.0.0.11:0, target",
        "target=10.0.0.11:70000, target",
        "target=web:80, target",
        "since=yesterday, since",
        "pageSize=401, pageSize",
        "pageSize=0, pageSize",
        "pageId=x, pageId"
    })
    void filterThatIsWrongIsRefusedByItsName(String query, String parameter) {
        api.get(PATH + "?" + query).blames("#query/" + parameter);

        assertThat(agents.asked(active)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "client=2001:db8::/32",
        "client=192.0.2.7",
        "target=10.0.0.11",
        "target=2001:db8::1",
        "target=%5B2001:db8::1%5D:443"
    })
    void addressesOfBothKindsAreTaken(String query) {
        agents.answer(active, listed(0)).answer(standby, listed(0));

        assertThat(api.get(PATH + "?" + query).isOk().json().path("total").asInt()).isZero();
    }

    @Test
    void closedConnectionIsAnsweredWithItsMachine() {
        agents.answer(active, "{\"isClosed\": true}").answer(standby, "{\"isClosed\": false}");

        var answer = api.send("POST", PATH + "/" + ONE + ":close", null).isOk();

        assertThat(answer.string("/machineId")).isEqualTo(active.toString());
        assertThat(agents.questions()).allSatisfy(it -> assertThat(it).contains(ONE));
        assertThat(lastEntry().path("machineId").asString()).isEqualTo(active.toString());
    }

    private JsonNode lastEntry() {
        var path = "/v2/projects/" + project.projectId() + "/audit?action=connection.close";
        return api.get(path).isOk().json().at("/entries/0/details");
    }

    @Test
    void connectionThatNobodyHasOpenIsNotFound() {
        agents.answer(active, "{\"isClosed\": false}").answer(standby, "{\"isClosed\": false}");

        api.send("POST", PATH + "/" + ONE + ":close", null).isProblem(404, 5);
        api.send("POST", PATH + "/some:close", null).isProblem(404, 5);
        api.send("POST", "load-balancers/other/connections/" + ONE + ":close", null)
                .isProblem(404, 5);
    }

    @Test
    void connectionThatAnAgentMayHaveThatIsSilentIsNotCalledUnknown() {
        agents.answer(active, "{\"isClosed\": false}");
        world.isCutOff(standby);

        var answer = api.send("POST", PATH + "/" + ONE + ":close", null).isProblem(409, 9);

        assertThat(answer.string("/message")).contains(standby.toString());
    }

    @Test
    void projectMayNotAskTooOften() {
        world.isCutOff(active);
        world.isCutOff(standby);
        Answer refused = null;
        for (int i = 0; i < 60 && refused == null; i++) {
            var answer = api.get(PATH);
            refused = answer.status() == 429 ? answer : null;
        }

        assertThat(refused).isNotNull();
        refused.isProblem(429, 8);
        assertThat(refused.string("/type")).isEqualTo("/problems/too-many-connection-queries");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
    }
}
