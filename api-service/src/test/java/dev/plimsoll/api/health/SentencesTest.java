package dev.plimsoll.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.health.ExplanationReport.Agent;
import dev.plimsoll.api.health.ExplanationReport.AgentReason;
import dev.plimsoll.api.health.ExplanationReport.Filter;
import dev.plimsoll.api.health.ExplanationReport.FilterOutcome;
import dev.plimsoll.api.health.ExplanationReport.Step;
import dev.plimsoll.api.health.ExplanationReport.StepName;
import dev.plimsoll.api.health.ExplanationReport.StepOutcome;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SentencesTest {
    private static final Way WAY = new Way("web", "10.0.0.11", 8080, 8080, false);
    private static final Way PROXIED = new Way("web", "10.0.0.11", 8080, 8080, true);
    private static final Step THERE = ok(StepName.NEIGHBOUR);
    private static final Step SILENT = failed(StepName.CONNECT, HealthReason.TIMEOUT);

    @ParameterizedTest
    @EnumSource
    void everyStepThatFailsIsASentenceWithWhatToDo(StepName name) {
        for (var way : List.of(WAY, PROXIED)) {
            for (var reason : HealthReason.values()) {
                var sentence = Sentences.ofSteps(List.of(failed(name, reason)), way);

                assertThat(sentence).contains("10.0.0.11").endsWith(".");
                assertThat(sentence).matches(".*(: [a-z]|nothing is to be done).*");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOutcomeOfPacketFiltersIsASentence(FilterOutcome outcome) {
        assertThat(Sentences.ofFilter(outcome, "10.0.0.11")).contains("10.0.0.11").endsWith(".");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ANSWERED")
    void everySilenceIsASentence(AgentReason reason) {
        assertThat(Sentences.ofSilence(reason)).startsWith("The agent").endsWith(".");
    }

    @Test
    void agentsThatFoundTheSameSayItOnce() {
        var steps = List.of(ok(StepName.ROUTE), failed(StepName.CONNECT, HealthReason.REFUSED));

        assertThat(all(FilterOutcome.NOT_FILTERED, active(steps), standby(steps)))
                .isEqualTo(HealthReason.REFUSED.sentence("10.0.0.11 port 8080", null, null));
    }

    @Test
    void agentsThatDisagreeAreQuoted() {
        var sentence =
                all(
                        FilterOutcome.NOT_FILTERED,
                        active(List.of(ok(StepName.CONNECT))),
                        standby(List.of(SILENT)));

        assertThat(sentence)
                .startsWith("The agents disagree; the active one: «Nothing is wrong")
                .contains("the one that stands by: «10.0.0.11 port 8080 does not answer");
    }

    @Test
    void addressThatOneKernelHasGivenUpAlreadyIsNoDisagreement() {
        var absent = List.of(failed(StepName.NEIGHBOUR, HealthReason.UNREACHABLE));

        assertThat(all(FilterOutcome.ADMITTED, active(List.of(SILENT)), standby(absent)))
                .startsWith("Nobody on the network answers for 10.0.0.11");
    }

    @Test
    void agentThatReachesNobodyHasNothingToSay() {
        var unknown =
                new Step(
                        StepName.ROUTE,
                        StepOutcome.UNKNOWN,
                        null,
                        0,
                        null,
                        "A simulated agent reaches nobody.");

        assertThat(Sentences.ofSteps(List.of(unknown), WAY))
                .isEqualTo(
                        "Nothing can be said of the way to 10.0.0.11 port 8080;"
                                + " not known: A simulated agent reaches nobody.");
    }

    @Test
    void packetFiltersExplainSilenceAndNothingElse() {
        assertThat(all(FilterOutcome.NOT_ADMITTED, active(List.of(THERE, SILENT))))
                .contains("No security group of 10.0.0.11", "targetSecurityGroup");
        assertThat(all(FilterOutcome.NOT_APPLIED, active(List.of(THERE, SILENT))))
                .contains("packet filter");
        assertThat(all(FilterOutcome.ADMITTED, active(List.of(THERE, SILENT))))
                .contains("own firewall");
        assertThat(
                        all(
                                FilterOutcome.NOT_ADMITTED,
                                active(List.of(failed(StepName.CONNECT, HealthReason.REFUSED)))))
                .contains("refuses connections");
    }

    @Test
    void proxyHeaderThatIsTheReasonComesBeforeWhatItBroke() {
        var steps =
                List.of(
                        failed(StepName.HTTP, HealthReason.HTTP_STATUS),
                        failed(StepName.PROXY_HEADER, HealthReason.OTHER));

        assertThat(Sentences.ofSteps(steps, PROXIED)).contains("does not understand the PROXY");
        assertThat(Sentences.ofSteps(steps, WAY)).contains("expects a PROXY header");
    }

    @Test
    void fullAgentIsSaidOnlyWhereTheTargetIsReached() {
        var full = failed(StepName.LIMIT, null);

        assertThat(Sentences.ofSteps(List.of(ok(StepName.CONNECT), full), WAY))
                .contains("the plan allows");
        assertThat(Sentences.ofSteps(List.of(SILENT, full), WAY)).contains("does not answer");
    }

    @Test
    void oneAgentWithoutConnectionsLeftIsNoDisagreement() {
        var full = List.of(ok(StepName.CONNECT), failed(StepName.LIMIT, null));

        assertThat(
                        all(
                                FilterOutcome.NOT_FILTERED,
                                active(full),
                                standby(List.of(ok(StepName.CONNECT)))))
                .contains("all connections that the plan allows are in use")
                .doesNotContain("disagree");
    }

    @Test
    void targetThatAnswersAgainIsToBeWaitedFor() {
        var found = active(List.of(ok(StepName.CONNECT)));

        assertThat(Sentences.ofAll(List.of(found), filter(FilterOutcome.NOT_FILTERED), WAY, true))
                .startsWith("Nothing is wrong on the way to 10.0.0.11 port 8080 now; it counts");
    }

    @Test
    void nobodyWhoCouldBeAskedIsSaid() {
        var silent =
                new Agent(
                        UUID.randomUUID(),
                        "ACTIVE",
                        false,
                        AgentReason.NOT_CONNECTED,
                        Sentences.ofSilence(AgentReason.NOT_CONNECTED),
                        List.of());

        assertThat(all(FilterOutcome.UNKNOWN, silent)).startsWith("No agent could be asked");
        assertThat(all(FilterOutcome.UNKNOWN)).startsWith("No agent could be asked: there is none");
    }

    private static String all(FilterOutcome outcome, Agent... agents) {
        return Sentences.ofAll(List.of(agents), filter(outcome), WAY, false);
    }

    private static Filter filter(FilterOutcome outcome) {
        return new Filter(outcome, Sentences.ofFilter(outcome, "10.0.0.11"), List.of(), List.of());
    }

    private static Agent active(List<Step> steps) {
        return agent("ACTIVE", steps);
    }

    private static Agent standby(List<Step> steps) {
        return agent("STANDBY", steps);
    }

    private static Agent agent(String role, List<Step> steps) {
        return new Agent(
                UUID.randomUUID(),
                role,
                true,
                AgentReason.ANSWERED,
                Sentences.ofSteps(steps, WAY),
                steps);
    }

    private static Step ok(StepName name) {
        return new Step(name, StepOutcome.OK, null, 0, null, "It went well.");
    }

    private static Step failed(StepName name, HealthReason reason) {
        return new Step(name, StepOutcome.FAILED, reason, 1, null, "It did not go well.");
    }
}
