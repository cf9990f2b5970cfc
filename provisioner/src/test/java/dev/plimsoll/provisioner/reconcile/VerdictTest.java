package dev.plimsoll.provisioner.reconcile;

import static dev.plimsoll.provisioner.reconcile.Scene.NOW;
import static dev.plimsoll.provisioner.reconcile.Scene.wanting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.reconcile.Condition.Type;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import dev.plimsoll.provisioner.work.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {
    private static final Desired.Served WEB = wanting(80);

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void conditions(
            String situation,
            Scene scene,
            String feasible,
            String serving,
            String applied,
            String redundant) {
        var conditions = verdict(scene).conditions();

        assertThat(Stream.of(Type.values()).map(type -> text(conditions.get(type))))
                .containsExactly(feasible, serving, applied, redundant);
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                arguments(
                        "nothing yet",
                        new Scene(),
                        "TRUE FEASIBLE",
                        "FALSE NOT_CONFIGURED",
                        "FALSE NOT_CONFIGURED",
                        "FALSE NO_STANDBY"),
                arguments(
                        "a standby that could not hear its peer",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .connected(1, Role.STANDBY)
                                .with(o ->
                                        new Observed.Orders(
                                                new Observed.Yield(
                                                        Observed.Yield.Reason.PARTITION, NOW),
                                                null,
                                                "",
                                                null,
                                                null,
                                                null,
                                                null)),
                        "TRUE FEASIBLE",
                        "TRUE ACTIVE_AGENT",
                        "TRUE APPLIED",
                        "FALSE STANDBY_CUT_OFF"),
                arguments(
                        "no machines",
                        settled(),
                        "TRUE FEASIBLE",
                        "FALSE NO_MACHINE",
                        "FALSE NO_ACTIVE_AGENT",
                        "FALSE NO_STANDBY"),
                arguments(
                        "agents starting",
                        settled().machine(0, State.CREATING, Presence.RUNNING),
                        "TRUE FEASIBLE",
                        "FALSE AGENTS_STARTING",
                        "FALSE NO_ACTIVE_AGENT",
                        "FALSE NO_STANDBY"),
                arguments(
                        "nobody has the VIP",
                        settled().connected(0, Role.STANDBY),
                        "TRUE FEASIBLE",
                        "FALSE NO_ACTIVE_AGENT",
                        "FALSE NO_ACTIVE_AGENT",
                        "TRUE STANDBY"),
                arguments(
                        "active without configuration",
                        settled().connected(0, Role.ACTIVE, 0),
                        "TRUE FEASIBLE",
                        "FALSE NOTHING_APPLIED",
                        "FALSE PENDING",
                        "FALSE NO_STANDBY"),
                arguments(
                        "active with an earlier configuration",
                        settled().connected(0, Role.ACTIVE, 3).connected(1, Role.STANDBY),
                        "TRUE FEASIBLE",
                        "TRUE ACTIVE_AGENT",
                        "FALSE PENDING",
                        "TRUE STANDBY"),
                arguments(
                        "all well",
                        pair(),
                        "TRUE FEASIBLE",
                        "TRUE ACTIVE_AGENT",
                        "TRUE APPLIED",
                        "TRUE STANDBY"),
                arguments(
                        "a slow standby holds nothing back",
                        settled().connected(0, Role.ACTIVE).connected(1, Role.STANDBY, 3),
                        "TRUE FEASIBLE",
                        "TRUE ACTIVE_AGENT",
                        "TRUE APPLIED",
                        "FALSE STANDBY_BEHIND"),
                arguments(
                        "a refusing standby holds nothing back",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .refusing(1, Role.STANDBY, Refusal.UNSUPPORTED),
                        "TRUE FEASIBLE",
                        "TRUE ACTIVE_AGENT",
                        "TRUE APPLIED",
                        "FALSE STANDBY_BEHIND"),
                arguments(
                        "the active agent is silent but runs",
                        settled().silent(0, Role.ACTIVE).connected(1, Role.STANDBY),
                        "TRUE FEASIBLE",
                        "UNKNOWN AGENT_SILENT",
                        "FALSE NO_ACTIVE_AGENT",
                        "TRUE STANDBY"),
                refused(Refusal.ADDRESS_IN_USE, "TYPE_PORT_NOT_CONFIGURED"),
                refused(Refusal.ADDRESS_NOT_AVAILABLE, "TYPE_FIP_NOT_CONFIGURED"),
                refused(Refusal.PORT_NOT_PERMITTED, "TYPE_PORT_NOT_CONFIGURED"),
                refused(Refusal.UNSUPPORTED, "TYPE_INTERNAL"),
                refused(Refusal.INVALID, "TYPE_INTERNAL"));
    }

    private static Arguments refused(Refusal code, String errorType) {
        return arguments(
                "the active agent refuses: " + code,
                settled().refusing(0, Role.ACTIVE, code).connected(1, Role.STANDBY),
                "FALSE " + errorType,
                "TRUE ACTIVE_AGENT",
                "FALSE REFUSED",
                "TRUE STANDBY");
    }

    @Test
    void nothingLeftToWaitForIsConverged() {
        assertThat(verdict(pair()).outcome()).isEqualTo(new Outcome.Converged());
    }

    @Test
    void whoeverIsMissingIsNamed() {
        var outcome =
                verdict(settled().connected(0, Role.ACTIVE).silent(1, Role.STANDBY)).outcome();

        assertThat(outcome)
                .isEqualTo(
                        new Outcome.RetryAfter(
                                Duration.ofSeconds(1),
                                "the agent of machine " + Scene.spec(1, 1).id() + " to connect"));
    }

    @Test
    void restingSlotIsWaitedForAsLongAsItRests() {
        var scene = settled().connected(0, Role.ACTIVE).history(1, 3, 1, NOW);

        assertThat(verdict(scene).outcome())
                .isInstanceOfSatisfying(
                        Outcome.LookAgain.class,
                        look -> assertThat(look.in()).isEqualTo(Duration.ofMillis(500)));
    }

    @Test
    void twoActiveAgentsAreLookedAtAgainWhenOneOfThemIsToLeave() {
        var both = settled().connected(0, Role.ACTIVE).connected(1, Role.ACTIVE);

        assertThat(verdict(both).outcome())
                .isInstanceOfSatisfying(
                        Outcome.LookAgain.class,
                        look -> assertThat(look.in()).isEqualTo(Duration.ofMillis(400)));
    }

    @Test
    void laterOfTwoActiveAgentsIsTheOne() {
        var verdict = verdict(pair());
        var afterFailover =
                settled()
                        .machine(0, State.ACTIVE, Presence.DEAD)
                        .connected(1, Role.ACTIVE)
                        .afterBeingReady(verdict.conditions());

        assertThat(verdict(afterFailover).isReady()).isTrue();
    }

    @Test
    void takeOverIsAnEventOnlyAfterTheFirstReady() {
        var taken = settledStandbyBecomesActive();
        assertThat(types(verdict(taken))).doesNotContain(Event.Type.FAILOVER);

        var again = settledStandbyBecomesActive().afterBeingReady(verdict(pair()).conditions());

        assertThat(types(verdict(again))).containsExactly(Event.Type.FAILOVER);
    }

    @Test
    void sameRefusalIsAnEventOnce() {
        var first = verdict(refusing());
        assertThat(types(first)).contains(Event.Type.CONFIG_REFUSED);

        var second = verdict(refusing().afterBeingReady(first.conditions()));

        assertThat(types(second)).doesNotContain(Event.Type.CONFIG_REFUSED);
    }

    @Test
    void unchangedWorldIsNotWrittenDownAgain() {
        var first = verdict(pair());
        var scene = pair().afterBeingReady(first.conditions());

        assertThat(verdict(scene).differsFrom(scene.seen().status())).isFalse();
    }

    private static Scene refusing() {
        return settled()
                .refusing(0, Role.ACTIVE, Refusal.ADDRESS_IN_USE)
                .connected(1, Role.STANDBY);
    }

    /** The row still says STANDBY. */
    private static Scene settledStandbyBecomesActive() {
        return settled().speaking(0, State.STANDBY, Role.ACTIVE);
    }

    private static List<Event.Type> types(Verdict verdict) {
        return verdict.events().stream().map(Event::type).toList();
    }

    private static Verdict verdict(Scene scene) {
        return Verdict.of(WEB, scene.seen(), List.of());
    }

    private static String text(Condition condition) {
        return condition.status() + " " + condition.reason();
    }

    private static Scene settled() {
        return new Scene().allocated().claimed(80).published(WEB, 4);
    }

    private static Scene pair() {
        return settled().connected(0, Role.ACTIVE).connected(1, Role.STANDBY);
    }
}
