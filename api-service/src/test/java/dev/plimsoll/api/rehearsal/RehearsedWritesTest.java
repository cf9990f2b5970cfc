package dev.plimsoll.api.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.AnsweringAgents;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose word a dry run gives, and what it says where there is none. */
class RehearsedWritesTest extends ApiTest {
    private static final String PATH = "load-balancers/web?dryRun=true";
    private static final String PLAN =
            """
            {"document": "{}", "replaced": [%s], "drainMillis": 300000}
            """;
    private static final String AGENT =
            """
            {"isBusy": false, "generation": 1, "established": %d, "connectionCeiling": %d,
             "sourcePorts": 28232, "headers": [], "effects": [%s]}
            """;
    private static final String LIMIT =
            """
            {"path": "/maxConnections", "event": "CHANGED", "fate": "NEW_ONLY", "connections": 2}
            """;
    private static final String IDLE =
            """
            {"path": "/listeners/0/idleTimeoutMillis", "event": "CHANGED", "fate": "NEW_ONLY",
             "connections": 3}
            """;

    private final Payload payload = Payload.onStaticAddress("web");
    private String version;
    private UUID active;
    private UUID standby;
    private AnsweringAgents agents;

    @BeforeEach
    void served() throws InterruptedException {
        version = api.create(payload).isOk().version();
        var id = world.id(project.projectId(), "web");
        active = world.hasAgent(id, 0, "ACTIVE", 4711);
        standby = world.hasAgent(id, 1, "STANDBY", 4712);
        agents = new AnsweringAgents(database, jdbc);
        agents.provisionerAnswers(PLAN.formatted(""));
        agents.answer(active, AGENT.formatted(12, 5_000_000, IDLE + "," + LIMIT));
        agents.answer(standby, AGENT.formatted(1, 5_000_000, IDLE + "," + LIMIT));
    }

    @AfterEach
    void nobodyAnswers() {
        agents.close();
    }

    @Test
    void agentsAreBelievedAndTheirConnectionsAddedUp() {
        assertThat(told(idleTimeout("90s"))).containsExactly("NEW_CONNECTIONS AGENTS COMPLETE 6");
    }

    @Test
    void whatIsAnotherSpellingToAgentsIsInPlace() {
        var said = put(payload.with("/targetPools/0/activeHealthCheck", "{\"interval\": \"5s\"}"));

        assertThat(told(said)).containsExactly("IN_PLACE AGENTS COMPLETE 0");
        assertThat(said.string("/changes/0/explanation"))
                .isEqualTo("what agents do stays the same");
    }

    @Test
    void whatAgentsDoNotKnowIsInPlaceByTheProvisionersWord() {
        assertThat(told(put(payload.with("/labels", "{\"a\": \"b\"}"))))
                .containsExactly("IN_PLACE PROVISIONER COMPLETE 0");
    }

    @Test
    void agentThatCannotBeAskedIsNamedAndItsConnectionsAreNotTakenForNone() {
        world.isCutOff(standby);

        var said = idleTimeout("90s");

        assertThat(told(said)).containsExactly("NEW_CONNECTIONS AGENTS PARTIAL 3");
        assertThat(said.json().at("/agents").findValuesAsString("reason"))
                .containsExactly("ANSWERED", "NOT_CONNECTED");
        assertThat(said.json().at("/agents/1").has("establishedConnections")).isFalse();
        assertThat(codes(said)).contains("NOT_REHEARSED");
        assertThat(agents.asked(standby)).isZero();
    }

    @Test
    void agentWithAnotherConfigurationDoesNotCount() {
        var other = AGENT.formatted(1, 5_000_000, IDLE).replace("n\": 1", "n\": 7");
        agents.answer(active, other);
        agents.answer(standby, other);

        var said = idleTimeout("90s");

        assertThat(told(said)).containsExactly("NEW_CONNECTIONS TABLE UNKNOWN ");
        assertThat(said.json().at("/agents").findValuesAsString("reason"))
                .containsOnly("OTHER_CONFIGURATION");
    }

    @Test
    void withoutAProvisionerTheTableSpeaksAndNobodyIsWaitedFor() {
        agents.close();

        var said = idleTimeout("90s");

        assertThat(told(said)).containsExactly("NEW_CONNECTIONS TABLE UNKNOWN ");
        assertThat(said.string("/provisioner")).isEqualTo("NO_ANSWER");
        assertThat(said.json().at("/agents").findValuesAsString("reason"))
                .containsOnly("NOT_ASKED");
        assertThat(codes(said)).contains("NOT_REHEARSED");
    }

    @Test
    void endNeedsNoDocument() {
        agents.provisionerAnswers(
                """
                {"obstacle": null, "document": null, "replaced": [], "drainMillis": 1}
                """);
        var end =
                """
                {"path": "", "event": "REMOVED", "fate": "CLOSES", "connections": 12}
                """;
        agents.answer(active, AGENT.formatted(12, 5_000_000, end));
        agents.answer(standby, AGENT.formatted(12, 5_000_000, end));

        assertThat(told(api.delete(PATH))).containsExactly("CLOSES AGENTS COMPLETE 24");
    }

    @Test
    void newLoadBalancerHasNothingThatCouldHappenToIt() {
        var said = api.post("load-balancers?dryRun=true", Payload.onPrivateAddress("other"));

        assertThat(told(said)).containsExactly("NEW_CONNECTIONS TABLE COMPLETE 0");
        assertThat(said.string("/provisioner")).isEqualTo("NOT_ASKED");
        assertThat(codes(said)).doesNotContain("NOT_REHEARSED");
    }

    @Test
    void machinesThatWouldBeReplacedAreNamedWithTheirConnections() {
        agents.provisionerAnswers(PLAN.formatted("\"%s\", \"%s\"".formatted(active, standby)));

        var said = put(payload.with("/planId", "\"p50\""));

        assertThat(told(said)).containsExactly("REPLACES PROVISIONER COMPLETE 13");
        assertThat(said.json().at("/agents").findValues("replaced")).allMatch(it -> it.asBoolean());
        assertThat(said.string("/cost/hourlyDifference")).isNotBlank();
    }

    @Test
    void obstaclesOfProvisionerAndAgentsAreWarnings() {
        agents.provisionerAnswers(
                """
                {"obstacle": {"errorType": "TYPE_FIP_NOT_CONFIGURED", "message": "Another one listens."},
                 "document": "{}", "replaced": [], "drainMillis": 1}
                """);
        agents.answer(
                active,
                """
                {"isBusy": false, "generation": 1, "effects": [], "headers": [], "objection":
                   {"code": "ADDRESS_IN_USE", "path": "/listeners/0/port", "detail": "It is taken."}}
                """);

        assertThat(codes(idleTimeout("90s"))).contains("CANNOT_BE_SERVED", "REFUSED_BY_AGENT");
    }

    @Test
    void warningsAreOfWhatWouldBe() {
        assertThat(codes(idleTimeout("90s"))).containsExactly("SINGLE_TARGET");
        assertThat(codes(idleTimeout("5s"))).contains("IDLE_TIMEOUT_SHORT");
        assertThat(codes(idleTimeout("3600s"))).contains("IDLE_TIMEOUT_LONG");
        assertThat(codes(put(payload.with("/planId", "\"p50\"")))).contains("SOURCE_PORTS");
    }

    @Test
    void limitsAreComparedWithWhatAgentsSay() {
        agents.answer(active, AGENT.formatted(11_000, 9_000, IDLE));

        var said = idleTimeout("90s");

        assertThat(codes(said)).contains("MACHINE_LIMIT", "OVER_LIMIT");
        assertThat(said.text()).contains("11,000 connections are established");
    }

    @Test
    void targetsThatDoNotUnderstandProxyHeadersAreNamed() {
        agents.answer(
                active,
                AGENT.formatted(0, 5_000_000, "")
                        .replace(
                                "\"headers\": []",
                                "\"headers\": [{\"path\": \"/targetPools/0/targets/0\","
                                        + " \"outcome\": \"ENDED\"}]"));

        var said = put(payload.with("/listeners/0/protocol", "\"PROTOCOL_TCP_PROXY\""));

        assertThat(codes(said)).contains("PROXY_NOT_UNDERSTOOD");
        assertThat(said.text()).contains("ended the connection");
    }

    private Answer idleTimeout(String seconds) {
        return put(
                payload.with("/listeners/0/tcp", "{\"idleTimeout\": \"%s\"}".formatted(seconds)));
    }

    private Answer put(Payload wanted) {
        return api.put(PATH, wanted.with("/version", "\"" + version + "\"")).isOk();
    }

    private static List<String> told(Answer said) {
        return said.isOk()
                .json()
                .path("changes")
                .valueStream()
                .map(it ->
                        "%s %s %s %s"
                                .formatted(
                                        it.path("effect").asString(),
                                        it.path("saidBy").asString(),
                                        it.at("/connections/counted").asString(),
                                        it.at("/connections").has("established")
                                                ? it.at("/connections/established").asInt()
                                                : ""))
                .toList();
    }

    private static List<String> codes(Answer said) {
        return said.json().at("/warnings").findValuesAsString("code");
    }
}
