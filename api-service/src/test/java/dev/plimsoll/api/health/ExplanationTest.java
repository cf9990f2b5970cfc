package dev.plimsoll.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class ExplanationTest extends ApiTest {
    private static final String PATH = "load-balancers/web/targets/10.0.0.11/explain";
    private static final String REFUSED =
            """
            {"isBusy": false, "activeConnections": 0, "connectionLimit": 250,
             "steps": [{"name": "ROUTE", "outcome": "OK", "millis": 0, "detail": "There is one."},
                       {"name": "CONNECT", "outcome": "FAILED", "reason": "REFUSED", "millis": 1,
                        "detail": "10.0.0.11 port 8080 refused the connection."}]}
            """;
    private static final String UNFILTERED =
            """
            {"outcome": "NOT_FILTERED", "wanted": [], "applied": []}
            """;

    @Autowired private MeterRegistry meters;
    private UUID active;
    private AnsweringAgents agents;

    @BeforeEach
    void anAgent() throws InterruptedException {
        api.create(Payload.onStaticAddress("web")).isOk();
        var id = world.id(project.projectId(), "web");
        active = world.hasAgent(id, 0, "ACTIVE", 4711);
        agents = new AnsweringAgents(database, jdbc);
        agents.provisionerAnswers(UNFILTERED);
    }

    @AfterEach
    void nobodyAnswers() {
        agents.close();
    }

    @Test
    void stepsAndTheSentenceComeFromTheAgents() {
        agents.answer(active, REFUSED);

        var answer = api.get(PATH + "?port=8080").isOk();

        assertThat(answer.string("/message"))
                .startsWith("10.0.0.11 port 8080 refuses connections: start");
        assertThat(answer.string("/targetPool")).isEqualTo("web");
        assertThat(answer.string("/agents/0/reason")).isEqualTo("ANSWERED");
        assertThat(answer.json().at("/agents/0/steps").findValuesAsString("outcome"))
                .containsExactly("OK", "FAILED");
        assertThat(answer.string("/agents/0/steps/1/reason")).isEqualTo("REFUSED");
        assertThat(answer.string("/securityGroup/outcome")).isEqualTo("NOT_FILTERED");
    }

    @Test
    void packetFiltersAreComparedWithWhatIsWanted() {
        agents.answer(active, REFUSED.replace("REFUSED", "TIMEOUT"));
        agents.provisionerAnswers(
                """
                {"outcome": "NOT_ADMITTED", "wanted": ["tcp 8080 from 10.0.0.4/32"], "applied": []}
                """);

        var answer = api.get(PATH).isOk();

        assertThat(answer.string("/message")).startsWith("No security group of 10.0.0.11 admits");
        assertThat(answer.string("/securityGroup/wanted/0")).isEqualTo("tcp 8080 from 10.0.0.4/32");
    }

    @Test
    void agentThatIsNotConnectedIsNotAsked() {
        world.isCutOff(active);

        var answer = api.get(PATH).isOk();

        assertThat(answer.string("/message")).startsWith("No agent could be asked");
        assertThat(answer.string("/agents/0/reason")).isEqualTo("NOT_CONNECTED");
        assertThat(agents.asked(active)).isZero();
    }

    @Test
    void agentThatDoesNotHaveTheTargetOrIsBusySaysSo() {
        agents.answer(active, "{\"isBusy\": false, \"steps\": []}");
        assertThat(api.get(PATH).isOk().string("/agents/0/reason")).isEqualTo("NOT_CONFIGURED");

        agents.answer(active, "{\"isBusy\": true, \"steps\": []}");
        assertThat(api.get(PATH).isOk().string("/agents/0/reason")).isEqualTo("BUSY");
    }

    @Test
    void targetHasToBeOneOfThePools() {
        api.get("load-balancers/web/targets/10.0.0.99/explain").isProblem(404, 5);
        api.get("load-balancers/web/targets/localhost/explain").isProblem(404, 5);
        api.get(PATH + "?port=81").isProblem(404, 5);
        api.get(PATH + "?targetPool=other").isProblem(404, 5);
        api.get("load-balancers/other/targets/10.0.0.11/explain").isProblem(404, 5);
        api.get(PATH + "?port=http").blames("#query/port");
        api.get(PATH + "?port=70000").blames("#query/port");
        assertThat(agents.asked(active)).isZero();
    }

    @Test
    void addressInTwoPoolsNeedsAPort() {
        api.create(
                        Payload.onStaticAddress("two")
                                .with("/externalAddress", "\"192.0.2.7\"")
                                .with(
                                        "/listeners/1",
                                        """
                                        {"port": 81, "protocol": "PROTOCOL_TCP", "targetPool": "more"}
                                        """)
                                .with(
                                        "/targetPools/1",
                                        """
                                        {"name": "more", "targetPort": 8081, "targets": [{"ip": "10.0.0.11"}]}
                                        """))
                .isOk();
        var path = "load-balancers/two/targets/10.0.0.11/explain";

        api.get(path).blames("#query/port");

        assertThat(api.get(path + "?port=8081").isOk().string("/targetPool")).isEqualTo("more");
    }

    @Test
    void projectMayNotAskTooOftenAndOthersMayMeanwhile() throws Exception {
        world.isCutOff(active);
        Answer refused = null;
        for (int i = 0; i < 20 && refused == null; i++) {
            var answer = api.get(PATH);
            refused = answer.status() == 429 ? answer : null;
        }

        assertThat(refused).isNotNull();
        refused.isProblem(429, 8);
        assertThat(refused.string("/type")).isEqualTo("/problems/too-many-explanations");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 3);
        assertThat(meters.counter("plimsoll.explanations.refused").count()).isPositive();
        api.get("load-balancers/web/health").isOk();
    }

    @Test
    void strangersAskNobody() {
        with(anotherProject().adminToken()).get(PATH).isProblem(403, 7);
        assertThat(agents.asked(active)).isZero();
    }
}
