package dev.plimsoll.provisioner.reconcile;

import static dev.plimsoll.provisioner.reconcile.Scene.NOW;
import static dev.plimsoll.provisioner.reconcile.Scene.spec;
import static dev.plimsoll.provisioner.reconcile.Scene.wanting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.reconcile.Observed.Replacement;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import dev.plimsoll.provisioner.reconcile.Observed.Yield;
import dev.plimsoll.provisioner.reconcile.Observed.Yield.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Planned moves, replacement of living machines, two active agents, and the brake. */
class MovesPlanTest {
    private static final Desired.Served WEB = wanting(80);
    private static final Observed.Upkeep BRAKED =
            new Observed.Upkeep(MoveSettings.DEFAULT, true, Duration.ofSeconds(2), "", null);
    private static final Observed.Upkeep GATHERING =
            new Observed.Upkeep(MoveSettings.DEFAULT, false, Duration.ofSeconds(2), "", null);
    private static final List<Step> NOTHING = List.of();

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void nextSteps(String situation, Scene scene, List<Step> expected) {
        assertThat(Plan.between(WEB, scene.seen()).steps()).isEqualTo(expected);
    }

    static Stream<Arguments> nextSteps() {
        return Stream.of(
                arguments(
                        "a standby to be replaced: drained, since its peer serves",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .connected(1, Role.STANDBY)
                                .with(toBeReplaced()),
                        List.of(new Step.DrainMachine(spec(1, 1)))),
                arguments(
                        "a standby to be replaced while nobody serves: wait",
                        settled()
                                .connected(0, Role.STANDBY)
                                .connected(1, Role.STANDBY)
                                .with(toBeReplaced()),
                        NOTHING),
                arguments(
                        "an active machine to be replaced: the VIP goes first",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(toBeReplaced())
                                .connected(1, Role.STANDBY),
                        List.of(new Step.YieldVip(spec(0, 1), Reason.REPLACEMENT))),
                arguments(
                        "an active machine to be replaced whose peer is behind: wait",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(toBeReplaced())
                                .connected(1, Role.STANDBY, 0),
                        NOTHING),
                arguments(
                        "both to be replaced: the standby first",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(toBeReplaced())
                                .connected(1, Role.STANDBY)
                                .with(toBeReplaced()),
                        List.of(new Step.DrainMachine(spec(1, 1)))),
                arguments(
                        "the VIP has moved: the machine that had it is drained, and still yields",
                        settled()
                                .connected(0, Role.STANDBY)
                                .with(
                                        toBeReplaced().andThen(yielding(Reason.REPLACEMENT, 1))
                                                ::apply)
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.DrainMachine(spec(0, 1)))),
                arguments(
                        "a machine drains: its place is filled, and it keeps its connections",
                        settled()
                                .machine(0, State.DRAINING, Presence.RUNNING)
                                .with(draining(NOW.plusSeconds(60), 3))
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.IntendMachine(0, 2))),
                arguments(
                        "the last connection has ended: removed",
                        settled()
                                .machine(0, State.DRAINING, Presence.RUNNING)
                                .with(draining(NOW.plusSeconds(60), 0))
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.RemoveMachine(spec(0, 1)), new Step.IntendMachine(0, 2))),
                arguments(
                        "the time is over: removed",
                        settled()
                                .machine(0, State.DRAINING, Presence.RUNNING)
                                .with(draining(NOW, 3))
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.RemoveMachine(spec(0, 1)), new Step.IntendMachine(0, 2))),
                arguments(
                        "an agent of the installed version is not upgraded",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .connected(1, Role.STANDBY)
                                .with(replacedFor(Replacement.AGENT_UPGRADE))
                                .upkeep(upkeepOf("", Scene.VERSION)),
                        List.of(new Step.KeepMachine(spec(1, 1)))),
                arguments(
                        "an agent of another version is",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .connected(1, Role.STANDBY)
                                .with(replacedFor(Replacement.AGENT_UPGRADE))
                                .upkeep(upkeepOf("", "2")),
                        List.of(new Step.DrainMachine(spec(1, 1)))),
                arguments(
                        "a plan that makes other machines: the standby first",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .connected(1, Role.STANDBY)
                                .upkeep(upkeepOf("large", null)),
                        List.of(new Step.DrainMachine(spec(1, 1)))),
                arguments(
                        "a failover that was asked for stands until it is done",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(yielding(Reason.FAILOVER, 5))
                                .connected(1, Role.STANDBY),
                        NOTHING),
                arguments(
                        "a failover that is done: over",
                        settled()
                                .connected(0, Role.STANDBY)
                                .with(yielding(Reason.FAILOVER, 5))
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.ClaimVip(spec(0, 1)))),
                arguments(
                        "a failover that does not happen: given up",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(yielding(Reason.FAILOVER, 31))
                                .connected(1, Role.STANDBY),
                        List.of(new Step.ClaimVip(spec(0, 1)))),
                arguments(
                        "a failover to a peer that has died: given up at once",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(yielding(Reason.FAILOVER, 5))
                                .machine(1, State.STANDBY, Presence.DEAD),
                        List.of(
                                new Step.WriteOffMachine(spec(1, 1)),
                                new Step.ClaimVip(spec(0, 1)))),
                arguments(
                        "two active for a moment: a move under way",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(active(NOW.minusSeconds(60)))
                                .connected(1, Role.ACTIVE)
                                .with(active(NOW.minusMillis(300))),
                        NOTHING),
                arguments(
                        "two active for longer: the older leaves",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(active(NOW.minusSeconds(60)))
                                .connected(1, Role.ACTIVE)
                                .with(active(NOW.minusSeconds(2))),
                        List.of(new Step.YieldVip(spec(0, 1), Reason.PARTITION))),
                arguments(
                        "the older has left: it stays away while the other is active",
                        settled()
                                .connected(0, Role.STANDBY)
                                .with(yielding(Reason.PARTITION, 30))
                                .connected(1, Role.ACTIVE),
                        NOTHING),
                arguments(
                        "the other is not active any more: it may come back at once",
                        settled()
                                .connected(0, Role.STANDBY)
                                .with(yielding(Reason.PARTITION, 30))
                                .connected(1, Role.STANDBY),
                        List.of(new Step.ClaimVip(spec(0, 1)))),
                arguments(
                        "it hears the other: it may come back",
                        settled()
                                .connected(0, Role.STANDBY)
                                .with(yielding(new Yield(Reason.PARTITION, NOW, true)))
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.ClaimVip(spec(0, 1)))),
                arguments(
                        "it cannot tell: after a long while it tries",
                        settled()
                                .connected(0, Role.STANDBY)
                                .with(yielding(Reason.PARTITION, 600))
                                .connected(1, Role.ACTIVE),
                        List.of(new Step.ClaimVip(spec(0, 1)))),
                arguments(
                        "two active, and of one it is not written down yet: a moment more",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .with(active(NOW.minusSeconds(60)))
                                .speaking(1, State.STANDBY, Role.ACTIVE)
                                .with(active(NOW.minusSeconds(600))),
                        NOTHING),
                arguments(
                        "a dead machine is noted first",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .machine(1, State.STANDBY, Presence.DEAD)
                                .with(foundDead(null)),
                        List.of(new Step.NoteDeath(spec(1, 1)))),
                arguments(
                        "one that was found dead and lives is noted as well",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .connected(1, Role.STANDBY)
                                .with(foundDead(NOW.minusSeconds(5))),
                        List.of(new Step.NoteReturn(spec(1, 1)))),
                arguments(
                        "the brake holds a dead machine back",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .machine(1, State.STANDBY, Presence.DEAD)
                                .upkeep(BRAKED),
                        NOTHING),
                arguments(
                        "the brake keeps nobody down: where neither lives both are replaced",
                        settled()
                                .machine(0, State.ACTIVE, Presence.DEAD)
                                .machine(1, State.STANDBY, Presence.DEAD)
                                .upkeep(BRAKED),
                        List.of(
                                new Step.WriteOffMachine(spec(0, 1)),
                                new Step.WriteOffMachine(spec(1, 1)))),
                arguments(
                        "the brake is no reason not to make a first machine",
                        settled().connected(0, Role.ACTIVE).upkeep(BRAKED),
                        List.of(new Step.IntendMachine(1, 1))),
                arguments(
                        "where the brake could engage, others may be found dead for a moment",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .machine(1, State.STANDBY, Presence.DEAD)
                                .with(foundDead(NOW.minusSeconds(1)))
                                .upkeep(GATHERING),
                        NOTHING),
                arguments(
                        "and then it is replaced",
                        settled()
                                .connected(0, Role.ACTIVE)
                                .machine(1, State.STANDBY, Presence.DEAD)
                                .with(foundDead(NOW.minusSeconds(2)))
                                .upkeep(GATHERING),
                        List.of(new Step.WriteOffMachine(spec(1, 1)))));
    }

    private static Scene settled() {
        return new Scene().allocated().claimed(80).published(WEB, 4);
    }

    private static Observed.Upkeep upkeepOf(String shape, String agentVersion) {
        return new Observed.Upkeep(MoveSettings.DEFAULT, false, Duration.ZERO, shape, agentVersion);
    }

    private static UnaryOperator<Observed.Orders> toBeReplaced() {
        return replacedFor(Replacement.OPERATOR);
    }

    private static UnaryOperator<Observed.Orders> replacedFor(Replacement why) {
        return o ->
                new Observed.Orders(
                        o.yield(),
                        why,
                        o.shape(),
                        o.drainUntil(),
                        o.connections(),
                        o.lastActive(),
                        o.foundDead());
    }

    private static UnaryOperator<Observed.Orders> yielding(Reason reason, int secondsAgo) {
        return yielding(new Yield(reason, NOW.minusSeconds(secondsAgo)));
    }

    private static UnaryOperator<Observed.Orders> yielding(Yield yield) {
        return o ->
                new Observed.Orders(
                        yield,
                        o.replacement(),
                        o.shape(),
                        o.drainUntil(),
                        o.connections(),
                        o.lastActive(),
                        o.foundDead());
    }

    private static UnaryOperator<Observed.Orders> draining(Instant until, int connections) {
        return o ->
                new Observed.Orders(
                        o.yield(),
                        o.replacement(),
                        o.shape(),
                        until,
                        connections,
                        o.lastActive(),
                        o.foundDead());
    }

    private static UnaryOperator<Observed.Orders> active(Instant since) {
        return o ->
                new Observed.Orders(
                        o.yield(),
                        o.replacement(),
                        o.shape(),
                        o.drainUntil(),
                        o.connections(),
                        since,
                        o.foundDead());
    }

    private static UnaryOperator<Observed.Orders> foundDead(Instant at) {
        return o ->
                new Observed.Orders(
                        o.yield(),
                        o.replacement(),
                        o.shape(),
                        o.drainUntil(),
                        o.connections(),
                        o.lastActive(),
                        at);
    }
}
