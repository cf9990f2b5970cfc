package dev.plimsoll.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Payload;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HealthReportTest extends ApiTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String TARGET = "/targetPools/0/targets/0";
    private static final String ANSWER =
            """
            {"activeConnections": 12, "connectionLimit": %d,
             "targets": [{"targetPool": "web", "ip": "10.0.0.11", "port": 8080, "connections": 3,
                          "recent": [{"atEpochMillis": 1767225600000, "millis": 2, "reason": "REFUSED",
                                      "phase": "CONNECT", "errno": 111}]}]}
            """;

    private UUID id;
    private UUID active;
    private UUID standby;
    private AnsweringAgents agents;

    @BeforeEach
    void twoAgents() throws InterruptedException {
        api.create(Payload.onStaticAddress("web")).isOk();
        id = world.id(project.projectId(), "web");
        standby = world.hasAgent(id, 0, "STANDBY", 4711);
        active = world.hasAgent(id, 1, "ACTIVE", 4712);
        agents = new AnsweringAgents(database, jdbc);
    }

    @AfterEach
    void nobodyAnswers() {
        agents.close();
    }

    @Test
    void verdictsHaveReasonsAndWhatAgentsAnswerBesides() {
        agents.answer(active, ANSWER.formatted(250));
        agents.answer(standby, ANSWER.formatted(250));
        world.sees(active, "web", "10.0.0.11", "UNHEALTHY", "REFUSED", LONG);
        world.sees(standby, "web", "10.0.0.11", "UNHEALTHY", "REFUSED", LONG);

        var report = health();

        assertThat(report.at("/targetPools/0/name").asString()).isEqualTo("web");
        var target = report.at(TARGET);
        assertThat(target.path("state").asString()).isEqualTo("UNHEALTHY");
        assertThat(target.path("reason").asString()).isEqualTo("REFUSED");
        assertThat(target.path("message").asString())
                .startsWith("10.0.0.11 port 8080 refuses connections: start");
        assertThat(target.path("agentsDisagree").asBoolean()).isFalse();
        assertThat(target.at("/agents/0/machineId").asString()).isEqualTo(active.toString());
        assertThat(target.at("/agents/1/machineId").asString()).isEqualTo(standby.toString());
        assertThat(target.at("/agents/1/activeConnections").asInt()).isEqualTo(3);
        var probe = target.at("/agents/1/recent/0");
        assertThat(probe.path("milliseconds").asInt()).isEqualTo(2);
        assertThat(probe.path("errno").asInt()).isEqualTo(111);
        assertThat(report.at("/agents/0/message").asString())
                .isEqualTo("12 of 250 connections are in use.");
        assertThat(report.at("/conditions/0/status").asString()).isEqualTo("TRUE");
    }

    @Test
    void probesOfAHealthCheckWithItsOwnPortAreSpokenOfWithThatPort() {
        api.create(
                        Payload.onStaticAddress("own")
                                .with("/externalAddress", "\"192.0.2.6\"")
                                .with("/targetPools/0/activeHealthCheck", "{\"altPort\": 9000}"))
                .isOk();
        var machine = world.hasAgent(world.id(project.projectId(), "own"), 0, "ACTIVE", 1);
        world.sees(machine, "web", "10.0.0.11", "UNHEALTHY", "TIMEOUT", LONG);

        var target = api.get("load-balancers/own/health").isOk().json().at(TARGET);

        assertThat(target.path("message").asString()).startsWith("10.0.0.11 port 9000 ");
        assertThat(target.path("port").asInt()).isEqualTo(8080);
    }

    @Test
    void agentsThatDoNotAnswerAreSaidAndTheirVerdictsAreShown() {
        world.sees(active, "web", "10.0.0.11", "HEALTHY", "OK", LONG);
        world.sees(standby, "web", "10.0.0.11", "HEALTHY", "OK", LONG);
        world.isCutOff(standby);

        var report = health();

        assertThat(report.at("/agents").findValuesAsString("reason"))
                .containsExactly("NO_ANSWER", "NOT_CONNECTED");
        assertThat(report.at(TARGET + "/state").asString()).isEqualTo("HEALTHY");
        assertThat(report.at(TARGET + "/agents/0").has("recent")).isFalse();
        assertThat(report.at("/conditions/0/status").asString()).isEqualTo("UNKNOWN");
        assertThat(agents.asked(standby)).isZero();
    }

    @Test
    void targetThatNoAgentKnowsIsNotReported() {
        var target = health().at(TARGET);

        assertThat(target.path("state").asString()).isEqualTo("INITIAL");
        assertThat(target.path("reason").asString()).isEqualTo("NOT_REPORTED");
        assertThat(target.has("since")).isFalse();
    }

    @Test
    void targetThatHasLeftIsShownAsLongAsItIsToldOf() {
        world.sees(active, "web", "10.0.0.99", "DRAINING", "REMOVED", LONG);

        var target = health().at("/targetPools/0/targets/1");

        assertThat(target.path("ip").asString()).isEqualTo("10.0.0.99");
        assertThat(target.path("state").asString()).isEqualTo("DRAINING");
    }

    @Test
    void agentWithoutConnectionsLeftSaysSo() {
        agents.answer(active, ANSWER.formatted(12));

        var agent = health().at("/agents/0");

        assertThat(agent.path("reason").asString()).isEqualTo("CONNECTION_LIMIT");
        assertThat(agent.path("message").asString()).contains("12", "larger plan");
    }

    @Test
    void lastingDisagreementIsAConditionOfItsOwnHereAndInTheStatus() {
        world.sees(active, "web", "10.0.0.11", "HEALTHY", "OK", LONG);
        world.sees(standby, "web", "10.0.0.11", "UNHEALTHY", "TIMEOUT", LONG);

        var report = health();

        assertThat(report.at("/conditions/0/type").asString()).isEqualTo("AGENTS_AGREE");
        assertThat(report.at("/conditions/0/status").asString()).isEqualTo("FALSE");
        assertThat(report.at("/conditions/0/message").asString())
                .contains("10.0.0.11 port 8080 of pool web", "stands by does not (TIMEOUT)");
        assertThat(report.at(TARGET + "/agentsDisagree").asBoolean()).isTrue();
        assertThat(report.at(TARGET + "/state").asString()).isEqualTo("HEALTHY");
        var conditions = api.get("load-balancers/web/status").isOk().json().path("conditions");
        assertThat(conditions.findValuesAsString("type")).contains("AGENTS_AGREE");
    }

    @Test
    void agentThatIsBehindByARoundOfProbesDoesNotDisagree() {
        world.sees(active, "web", "10.0.0.11", "HEALTHY", "OK", LONG);
        world.sees(standby, "web", "10.0.0.11", "UNHEALTHY", "TIMEOUT", Duration.ZERO);

        var report = health();

        assertThat(report.at("/conditions/0/status").asString()).isEqualTo("TRUE");
        assertThat(report.at(TARGET + "/agentsDisagree").asBoolean()).isFalse();
    }

    @Test
    void manyReadersAtOnceAskAgentsOnce() {
        agents.answer(active, ANSWER.formatted(250));
        agents.answer(standby, ANSWER.formatted(250));

        InParallel.all(8, this::health);

        assertThat(agents.asked(active)).isOne();
    }

    @Test
    void otherPoolsCanBeLeftOut() {
        assertThat(api.get("load-balancers/web/health?targetPool=web").isOk().json().at(TARGET))
                .isNotEmpty();
        api.get("load-balancers/web/health?targetPool=other").blames("#query/targetPool");
    }

    @Test
    void strangersSeeNothing() {
        var stranger = with(anotherProject().adminToken());

        stranger.get("load-balancers/web/health").isProblem(403, 7);
        api.get("load-balancers/other/health").isProblem(404, 5);
        with(project.readerToken()).get("load-balancers/web/health").isOk();
    }

    @Test
    void questionsLeaveNothingBehind() {
        agents.answer(active, ANSWER.formatted(250));

        health();

        assertThat(
                        jdbc.sql("SELECT count(*) FROM agent_inquiry WHERE load_balancer_id = ?")
                                .param(id)
                                .query(Long.class)
                                .single())
                .isZero();
    }

    private JsonNode health() {
        return api.get("load-balancers/web/health").isOk().json();
    }
}
