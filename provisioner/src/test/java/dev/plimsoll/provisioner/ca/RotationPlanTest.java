package dev.plimsoll.provisioner.ca;

import static dev.plimsoll.provisioner.ca.AuthorityState.ISSUING;
import static dev.plimsoll.provisioner.ca.AuthorityState.ORDERED;
import static dev.plimsoll.provisioner.ca.AuthorityState.RETIRING;
import static dev.plimsoll.provisioner.ca.AuthorityState.TRUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.ca.RotationPlan.Standing;
import dev.plimsoll.provisioner.ca.RotationPlan.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RotationPlanTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final UUID OLD = UUID.randomUUID();
    private static final UUID NEW = UUID.randomUUID();
    private static final int GATEWAYS = 3;
    private static final int AGENTS = 20;

    private final Standing issuing = standing(OLD, ISSUING, GATEWAYS, AGENTS, AGENTS);

    @Test
    void orderedAuthorityIsMade() {
        assertThat(next(issuing, standing(NEW, ORDERED, 0, 0, 0))).contains(new Step.Make(NEW));
    }

    @Test
    void itIssuesOnceEveryGatewayAndEveryAgentTrustsIt() {
        assertThat(next(issuing, standing(NEW, TRUSTED, GATEWAYS, AGENTS, 0)))
                .contains(new Step.Issue(NEW));
    }

    @Test
    void agentsThatDoNotKnowItAreWaitedForUntilTheDeadline() {
        var spreading = standing(NEW, TRUSTED, GATEWAYS, AGENTS - 1, 0);

        assertThat(next(issuing, spreading)).isEmpty();
        assertThat(RotationPlan.next(List.of(issuing, spreading), NOW.plusSeconds(60)))
                .contains(new Step.Issue(NEW));
    }

    @Test
    void gatewayThatDoesNotKnowItIsWaitedForWhateverTheDeadline() {
        var spreading = standing(NEW, TRUSTED, GATEWAYS - 1, AGENTS, 0);

        assertThat(RotationPlan.next(List.of(issuing, spreading), NOW.plusSeconds(3600))).isEmpty();
    }

    @Test
    void oneThatRetiresIsTrustedAsLongAsAnAgentIsOfIt() {
        assertThat(next(standing(OLD, RETIRING, GATEWAYS, AGENTS, 1), issuing)).isEmpty();
        assertThat(next(standing(OLD, RETIRING, GATEWAYS, AGENTS, 0), issuing))
                .contains(new Step.Retire(OLD));
    }

    @Test
    void withNothingOrderedThereIsNothingToDo() {
        assertThat(next(issuing)).isEmpty();
    }

    @Test
    void oneThatCannotRetireYetKeepsNoOtherFromIssuing() {
        var retiring = standing(OLD, RETIRING, GATEWAYS, AGENTS, 1);

        assertThat(next(retiring, issuing, standing(NEW, TRUSTED, GATEWAYS, AGENTS, 0)))
                .contains(new Step.Issue(NEW));
    }

    private static Optional<Step> next(Standing... authorities) {
        return RotationPlan.next(List.of(authorities), NOW);
    }

    private static Standing standing(
            UUID id,
            AuthorityState state,
            int trustingGateways,
            int trustingAgents,
            int certified) {
        return new Standing(
                id,
                state,
                GATEWAYS,
                trustingGateways,
                AGENTS,
                trustingAgents,
                certified,
                NOW.plusSeconds(60));
    }
}
