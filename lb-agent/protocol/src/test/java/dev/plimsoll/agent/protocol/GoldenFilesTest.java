package dev.plimsoll.agent.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Both sides of the stream are held to these files: a changed member name fails here first. */
class GoldenFilesTest {

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
    private interface Typed {}

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .addMixIn(AgentMessage.class, Typed.class)
                    .addMixIn(GatewayMessage.class, Typed.class)
                    .addMixIn(VipOwnership.class, Typed.class)
                    .changeDefaultPropertyInclusion(
                            i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    @ParameterizedTest
    @CsvSource({
        "AgentConfig, dev.plimsoll.agent.protocol.AgentConfig",
        "Bootstrap, dev.plimsoll.agent.protocol.Bootstrap",
        "BootstrapWithKeepalived, dev.plimsoll.agent.protocol.Bootstrap",
        "EnrolmentRequest, dev.plimsoll.agent.protocol.Enrolment$Request",
        "EnrolmentRenewal, dev.plimsoll.agent.protocol.Enrolment$Renewal",
        "EnrolmentResponse, dev.plimsoll.agent.protocol.Enrolment$Response",
        "EnrolmentResponseWithAuthorities, dev.plimsoll.agent.protocol.Enrolment$Response",
        "Hello, dev.plimsoll.agent.protocol.AgentMessage",
        "HelloOfNewAgent, dev.plimsoll.agent.protocol.AgentMessage",
        "ConfigApplied, dev.plimsoll.agent.protocol.AgentMessage",
        "ConfigRefused, dev.plimsoll.agent.protocol.AgentMessage",
        "RoleChanged, dev.plimsoll.agent.protocol.AgentMessage",
        "HealthChanged, dev.plimsoll.agent.protocol.AgentMessage",
        "HealthChangedOfFirstAgents, dev.plimsoll.agent.protocol.AgentMessage",
        "Heartbeat, dev.plimsoll.agent.protocol.AgentMessage",
        "AuthoritiesHeld, dev.plimsoll.agent.protocol.AgentMessage",
        "HealthReported, dev.plimsoll.agent.protocol.AgentMessage",
        "TargetExplained, dev.plimsoll.agent.protocol.AgentMessage",
        "ConnectionsListed, dev.plimsoll.agent.protocol.AgentMessage",
        "ConnectionClosed, dev.plimsoll.agent.protocol.AgentMessage",
        "ChangeRehearsed, dev.plimsoll.agent.protocol.AgentMessage",
        "PeerHeard, dev.plimsoll.agent.protocol.AgentMessage",
        "PushesReported, dev.plimsoll.agent.protocol.AgentMessage",
        "TrafficMeasured, dev.plimsoll.agent.protocol.AgentMessage",
        "MetricsReported, dev.plimsoll.agent.protocol.AgentMessage",
        "TellTraffic, dev.plimsoll.agent.protocol.GatewayMessage",
        "ReportTraffic, dev.plimsoll.agent.protocol.GatewayMessage",
        "ReportMetrics, dev.plimsoll.agent.protocol.GatewayMessage",
        "ConfigPushed, dev.plimsoll.agent.protocol.GatewayMessage",
        "GatewaysChanged, dev.plimsoll.agent.protocol.GatewayMessage",
        "Pace, dev.plimsoll.agent.protocol.GatewayMessage",
        "AuthoritiesChanged, dev.plimsoll.agent.protocol.GatewayMessage",
        "YieldVip, dev.plimsoll.agent.protocol.GatewayMessage",
        "Drain, dev.plimsoll.agent.protocol.GatewayMessage",
        "ClaimVip, dev.plimsoll.agent.protocol.GatewayMessage",
        "Retired, dev.plimsoll.agent.protocol.GatewayMessage",
        "ReportHealth, dev.plimsoll.agent.protocol.GatewayMessage",
        "ExplainTarget, dev.plimsoll.agent.protocol.GatewayMessage",
        "PushAccessGiven, dev.plimsoll.agent.protocol.GatewayMessage",
        "ListConnections, dev.plimsoll.agent.protocol.GatewayMessage",
        "CloseConnection, dev.plimsoll.agent.protocol.GatewayMessage",
        "RehearseChange, dev.plimsoll.agent.protocol.GatewayMessage"
    })
    void fileSurvivesBeingReadAndWritten(String file, Class<?> type) throws IOException {
        var text = golden(file);

        var written = JSON.writerFor(type).writeValueAsString(JSON.readValue(text, type));

        assertThat(JSON.readTree(written)).isEqualTo(JSON.readTree(text));
    }

    @Test
    void everyMessageHasItsFile() {
        var messages =
                Stream.of(AgentMessage.class, GatewayMessage.class)
                        .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()));

        assertThat(messages)
                .allSatisfy(type -> assertThat(golden(type.getSimpleName())).isNotBlank());
    }

    @Test
    void memberThatTheAgentDoesNotKnowIsAnErrorInADocument() throws IOException {
        var text = golden("AgentConfig").replaceFirst("\"revision\"", "\"magic\": 1, \"revision\"");

        assertThatThrownBy(() -> JSON.readValue(text, AgentConfig.class))
                .isInstanceOf(DatabindException.class)
                .hasMessageContaining("magic");
    }

    @Test
    void secretsAreNotPrinted() throws IOException {
        assertThat(JSON.readValue(golden("Bootstrap"), Bootstrap.class).toString())
                .doesNotContain("one-time");
        assertThat(JSON.readValue(golden("PushAccessGiven"), GatewayMessage.class).toString())
                .contains("credentials-12345")
                .doesNotContain("open-sesame");
        assertThat(JSON.readValue(golden("EnrolmentRequest"), Enrolment.Request.class).toString())
                .doesNotContain("one-time");
    }

    private static String golden(String file) throws IOException {
        try (var in = AgentConfig.class.getResourceAsStream("golden/" + file + ".json")) {
            return new String(
                    Objects.requireNonNull(in, file).readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
