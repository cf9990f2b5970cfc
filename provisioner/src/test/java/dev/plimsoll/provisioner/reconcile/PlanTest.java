package dev.plimsoll.provisioner.reconcile;

import static dev.plimsoll.provisioner.reconcile.Scene.EPHEMERAL;
import static dev.plimsoll.provisioner.reconcile.Scene.NOW;
import static dev.plimsoll.provisioner.reconcile.Scene.PRIVATE;
import static dev.plimsoll.provisioner.reconcile.Scene.claim;
import static dev.plimsoll.provisioner.reconcile.Scene.spec;
import static dev.plimsoll.provisioner.reconcile.Scene.wanting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.machine.Objection;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
    private static final Desired.Served WEB = wanting(80);
    private static final Objection OBJECTION = new Objection("TYPE_FIP_NOT_FOUND", "why");

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void nextSteps(String situation, Desired desired, Scene scene, List<Step> expected) {
        assertThat(Plan.between(desired, scene.seen()).steps()).isEqualTo(expected);
    }

    static Stream<Arguments> nextSteps() {
        return Stream.of(
                arguments(
                        "nothing there: addresses",
                        WEB,
                        new Scene(),
                        List.of(
                                new Step.AllocateAddress(AddressKind.PRIVATE, PRIVATE),
                                new Step.AllocateAddress(AddressKind.EPHEMERAL, EPHEMERAL))),
                arguments(
                        "an objection: addresses and no more",
                        WEB,
                        new Scene().opposed(OBJECTION),
                        List.of(
                                new Step.AllocateAddress(AddressKind.PRIVATE, PRIVATE),
                                new Step.AllocateAddress(AddressKind.EPHEMERAL, EPHEMERAL))),
                arguments(
                        "an objection before any machine: wait",
                        WEB,
                        new Scene().allocated().claimed(80).opposed(OBJECTION),
                        List.of()),
                arguments(
                        "an objection to a change: a dead machine is replaced all the same",
                        wanting(2, Orders.ephemeral(81, "127.0.0.1")),
                        settled()
                                .machine(0, State.ACTIVE, Presence.DEAD)
                                .connected(1, Role.STANDBY)
                                .opposed(OBJECTION),
                        List.of(new Step.WriteOffMachine(spec(0, 1)))),
                arguments(
                        "addresses: claims",
                        WEB,
                        new Scene().allocated(),
                        List.of(
                                new Step.ClaimListeners(
                                        Set.of(claim(EPHEMERAL, 80), claim(PRIVATE, 80))))),
                arguments(
                        "claims: configuration and a first machine",
                        WEB,
                        new Scene().allocated().claimed(80),
                        List.of(publish(WEB, 1), new Step.IntendMachine(0, 1))),
                arguments(
                        "a first machine that starts: the second waits",
                        WEB,
                        settled().starting(0),
                        List.of(new Step.EnsureMachine(spec(0, 1)))),
                arguments(
                        "a first machine that serves: the second",
                        WEB,
                        settled().connected(0, Role.ACTIVE),
                        List.of(new Step.IntendMachine(1, 1))),
                arguments(
                        "a first machine that takes too long: the second",
                        WEB,
                        settled().machine(0, State.CREATING, Presence.RUNNING),
                        List.of(new Step.EnsureMachine(spec(0, 1)), new Step.IntendMachine(1, 1))),
                arguments(
                        "records of machines: machines",
                        WEB,
                        settled()
                                .machine(0, State.INTENT, Presence.ABSENT)
                                .machine(1, State.CREATING, Presence.ABSENT),
                        List.of(
                                new Step.EnsureMachine(spec(0, 1)),
                                new Step.EnsureMachine(spec(1, 1)))),
                arguments(
                        "an agent that does not connect is told the gateway again",
                        WEB,
                        settled().connected(0, Role.ACTIVE).silent(1, Role.STANDBY),
                        List.of(new Step.EnsureMachine(spec(1, 1)))),
                arguments("all well: nothing", WEB, pair(), List.of()),
                arguments(
                        "a standby that is behind: nothing to do but wait",
                        WEB,
                        settled().connected(0, Role.ACTIVE).connected(1, Role.STANDBY, 0),
                        List.of()),
                arguments(
                        "a new port: claimed first",
                        wanting(2, Orders.ephemeral(81, "127.0.0.1")),
                        pair(),
                        List.of(
                                new Step.ClaimListeners(
                                        Set.of(claim(EPHEMERAL, 81), claim(PRIVATE, 81))))),
                arguments(
                        "a new port, claimed: published, and the old one kept",
                        wanting(2, Orders.ephemeral(81, "127.0.0.1")),
                        pair().claimed(81),
                        List.of(publish(wanting(2, Orders.ephemeral(81, "127.0.0.1")), 5))),
                arguments(
                        "a new port in force: the old one released",
                        wanting(81),
                        new Scene()
                                .allocated()
                                .claimed(80)
                                .claimed(81)
                                .published(wanting(81), 5)
                                .connected(0, Role.ACTIVE)
                                .connected(1, Role.STANDBY),
                        List.of(
                                new Step.ReleaseClaims(
                                        Set.of(claim(EPHEMERAL, 80), claim(PRIVATE, 80))))),
                arguments(
                        "a new port not yet in force: the old one kept",
                        wanting(81),
                        new Scene()
                                .allocated()
                                .claimed(80)
                                .claimed(81)
                                .published(wanting(81), 5)
                                .connected(0, Role.ACTIVE, 4)
                                .connected(1, Role.STANDBY),
                        List.of()),
                arguments(
                        "a dead machine is written off",
                        WEB,
                        settled()
                                .machine(0, State.ACTIVE, Presence.DEAD)
                                .connected(1, Role.STANDBY),
                        List.of(new Step.WriteOffMachine(spec(0, 1)))),
                arguments(
                        "a hung machine is fenced, since it still has the VIP",
                        WEB,
                        settled()
                                .machine(0, State.ACTIVE, Presence.HUNG)
                                .connected(1, Role.STANDBY),
                        List.of(new Step.FenceMachine(spec(0, 1)))),
                arguments(
                        "a machine that vanished is written off",
                        WEB,
                        settled()
                                .machine(0, State.STANDBY, Presence.ABSENT)
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.WriteOffMachine(spec(0, 1)))),
                arguments(
                        "a machine that the driver cannot see is left alone",
                        WEB,
                        settled()
                                .machine(0, State.ACTIVE, Presence.UNKNOWN)
                                .connected(1, Role.STANDBY),
                        List.of()),
                arguments(
                        "an empty slot gets a machine of a higher incarnation",
                        WEB,
                        settled().connected(0, Role.ACTIVE).history(1, 8, 0, null),
                        List.of(new Step.IntendMachine(1, 9))),
                arguments(
                        "a slot whose machines die young rests",
                        WEB,
                        settled().connected(0, Role.ACTIVE).history(1, 8, 3, NOW.minusSeconds(1)),
                        List.of()),
                arguments(
                        "a slot that has rested gets another machine",
                        WEB,
                        settled().connected(0, Role.ACTIVE).history(1, 8, 3, NOW.minusSeconds(3)),
                        List.of(new Step.IntendMachine(1, 9))),
                arguments(
                        "an agent ahead of the database: a revision above its own",
                        WEB,
                        settled().connected(0, Role.ACTIVE, 9).connected(1, Role.STANDBY),
                        List.of(publish(WEB, 10))),
                arguments(
                        "an agent that calls the newest stale: a higher revision",
                        WEB,
                        settled()
                                .refusing(0, Role.ACTIVE, Refusal.STALE)
                                .connected(1, Role.STANDBY),
                        List.of(publish(WEB, 5))),
                arguments(
                        "deletion: all agents retired first",
                        Scene.gone(),
                        pair(),
                        List.of(
                                new Step.RetireMachine(spec(0, 1)),
                                new Step.RetireMachine(spec(1, 1)))),
                arguments(
                        "deletion: retired machines removed",
                        Scene.gone(),
                        settled()
                                .machine(0, State.DRAINING, Presence.RUNNING)
                                .machine(1, State.DRAINING, Presence.DEAD),
                        List.of(
                                new Step.RemoveMachine(spec(0, 1)),
                                new Step.RemoveMachine(spec(1, 1)))),
                arguments(
                        "deletion: addresses after machines",
                        Scene.gone(),
                        settled(),
                        List.of(
                                new Step.ReleaseClaims(
                                        Set.of(claim(EPHEMERAL, 80), claim(PRIVATE, 80))),
                                new Step.ReleaseAddress(AddressKind.PRIVATE, PRIVATE),
                                new Step.ReleaseAddress(AddressKind.EPHEMERAL, EPHEMERAL))),
                arguments(
                        "deletion: the record last",
                        Scene.gone(),
                        new Scene(),
                        List.of(new Step.Forget())));
    }

    @Test
    void noFreeAddressIsImpossibleButWhatRunsIsKept() {
        var plan =
                Plan.between(
                        WEB,
                        new Scene()
                                .without(AddressKind.PRIVATE)
                                .published(WEB, 1)
                                .machine(0, State.ACTIVE, Presence.DEAD)
                                .connected(1, Role.STANDBY)
                                .seen());

        assertThat(plan)
                .isEqualTo(
                        new Plan.Impossible(
                                "TYPE_IP_EXHAUSTED",
                                "No free private address is left.",
                                List.of(new Step.WriteOffMachine(spec(0, 1)))));
    }

    @Test
    void takenAddressIsImpossibleAndNothingIsMadeForIt() {
        var plan = Plan.between(WEB, new Scene().allocated().claimedByOthers(80).seen());

        assertThat(plan)
                .isEqualTo(
                        new Plan.Impossible(
                                "TYPE_FIP_NOT_CONFIGURED",
                                "Another load balancer listens on 127.80.0.1 port 80 (TCP).",
                                List.of()));
    }

    @Test
    void restOfASlotGrowsToItsLimit() {
        assertThat(List.of(1, 2, 3, 4, 5, 60))
                .map(deaths -> new Scene().history(0, 1, deaths, NOW).seen())
                .map(observed -> MachinePlan.restOf(observed, 0))
                .containsExactly(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5));
    }

    private static Scene settled() {
        return new Scene().allocated().claimed(80).published(WEB, 4);
    }

    private static Scene pair() {
        return settled().connected(0, Role.ACTIVE).connected(1, Role.STANDBY);
    }

    private static Step publish(Desired.Served desired, long revision) {
        return new Step.PublishConfig(
                ConfigCompiler.compile(desired, List.of(EPHEMERAL, PRIVATE), revision));
    }
}
