package dev.plimsoll.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult;
import dev.plimsoll.agent.protocol.AgentMessage.Step;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.api.health.ExplanationReport;
import dev.plimsoll.api.health.HealthReason;
import dev.plimsoll.api.health.HealthReport;
import dev.plimsoll.provisioner.machine.Filtering;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The API knows every word that agents and drivers say; they meet in the schema alone. */
class SharedWordsTest {

    @Test
    void everyReasonOfAgentsIsInTheCatalogue() {
        assertThat(names(HealthReason.values())).containsAll(names(TargetHealth.Reason.values()));
    }

    @Test
    void statesPhasesStepsAndOutcomesAreTheSame() {
        same(HealthReport.State.values(), TargetHealth.State.values());
        same(HealthReason.Phase.values(), ProbeResult.Phase.values());
        same(ExplanationReport.StepName.values(), Step.Name.values());
        same(ExplanationReport.StepOutcome.values(), Step.Outcome.values());
        same(ExplanationReport.FilterOutcome.values(), Filtering.Outcome.values());
    }

    private static void same(Enum<?>[] ours, Enum<?>[] theirs) {
        assertThat(names(ours)).containsExactlyInAnyOrderElementsOf(names(theirs));
    }

    private static List<String> names(Enum<?>[] values) {
        return Stream.of(values).map(Enum::name).toList();
    }
}
