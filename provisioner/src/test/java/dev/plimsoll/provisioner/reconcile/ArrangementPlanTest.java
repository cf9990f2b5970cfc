package dev.plimsoll.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.Arrangement.Entrance;
import dev.plimsoll.provisioner.machine.Arrangement.Group;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import dev.plimsoll.provisioner.machine.Network;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What opens comes before the agents hear of it, what closes when they have followed. */
class ArrangementPlanTest {
    private static final Network NETWORK = new Network(new UUID(0, 9), List.of());
    private static final Group OF_MACHINES = new Group(new UUID(0, 10), "machines");
    private static final Group OF_TARGETS = new Group(new UUID(0, 11), "targets");

    @Test
    void withoutNetworksNothingIsArranged() {
        var desired = Scene.wanting(80);

        var plan = Plan.between(desired, new Scene().allocated().claimed(80).seen());

        assertThat(plan.steps()).noneMatch(Step.Arrange.class::isInstance);
    }

    @Test
    void aNewLoadBalancerIsArrangedBeforeItsFirstConfiguration() {
        var desired = Scene.wanting(80);

        var steps = Plan.between(desired, around(null).allocated().claimed(80).seen()).steps();

        assertThat(steps.getFirst()).isInstanceOf(Step.Arrange.class);
        assertThat(steps).anyMatch(Step.PublishConfig.class::isInstance);
    }

    @Test
    void aChangeOpensWhatIsNewAndLeavesTheOldOpen() {
        var before = arranged(Scene.wanting(80));
        var desired = Scene.wanting(81);
        var scene =
                around(before)
                        .allocated()
                        .claimed(80)
                        .claimed(81)
                        .published(Scene.wanting(80), 1)
                        .connected(0, Role.ACTIVE)
                        .connected(1, Role.STANDBY);

        var steps = Plan.between(desired, scene.seen()).steps();

        assertThat(entrances(steps)).containsExactlyInAnyOrder(80, 81);
        assertThat(steps.getFirst()).isInstanceOf(Step.Arrange.class);
    }

    @Test
    void whatIsNotWantedAnyMoreClosesWhenTheConfigurationIsInForce() {
        var open = arranged(Scene.wanting(80)).union(arranged(Scene.wanting(81)));
        var desired = Scene.wanting(81);
        var scene =
                around(open)
                        .allocated()
                        .claimed(81)
                        .published(desired, 2)
                        .connected(0, Role.ACTIVE)
                        .connected(1, Role.STANDBY);

        var steps = Plan.between(desired, scene.seen()).steps();

        assertThat(entrances(steps)).containsExactly(81);
    }

    @Test
    void nothingClosesWhileAnAgentHasNotFollowed() {
        var open = arranged(Scene.wanting(80)).union(arranged(Scene.wanting(81)));
        var desired = Scene.wanting(81);
        var scene =
                around(open)
                        .allocated()
                        .claimed(81)
                        .published(desired, 2)
                        .connected(0, Role.ACTIVE, 1)
                        .connected(1, Role.STANDBY);

        assertThat(Plan.between(desired, scene.seen()).steps())
                .noneMatch(Step.Arrange.class::isInstance);
    }

    @Test
    void aMachineThatStartedAnewIsArrangedAgain() {
        var desired = Scene.wanting(80);
        var scene =
                around(arranged(desired).withMachines(Set.of(Scene.spec(0, 1))))
                        .allocated()
                        .claimed(80)
                        .published(desired, 1)
                        .connected(0, Role.ACTIVE)
                        .connected(1, Role.STANDBY);

        assertThat(Plan.between(desired, scene.seen()).steps())
                .containsExactly(new Step.Arrange(arranged(desired)));
    }

    @Test
    void whatIsAsWantedIsLeftAlone() {
        var desired = Scene.wanting(80);
        var scene =
                around(arranged(desired))
                        .allocated()
                        .claimed(80)
                        .published(desired, 1)
                        .connected(0, Role.ACTIVE)
                        .connected(1, Role.STANDBY);

        assertThat(Plan.between(desired, scene.seen()).steps()).isEmpty();
    }

    /** What is arranged for the order with a pair of machines. */
    private static Arrangement arranged(Desired.Served desired) {
        var scene =
                around(null)
                        .allocated()
                        .claimed(80)
                        .claimed(81)
                        .published(desired, 1)
                        .connected(0, Role.ACTIVE)
                        .connected(1, Role.STANDBY);
        return arranges(Plan.between(desired, scene.seen()).steps()).findFirst().orElseThrow();
    }

    private static Scene around(Arrangement present) {
        return new Scene().in(new Surroundings(NETWORK, OF_MACHINES, OF_TARGETS, present));
    }

    private static Stream<Arrangement> arranges(List<Step> steps) {
        return steps.stream()
                .filter(Step.Arrange.class::isInstance)
                .map(step -> ((Step.Arrange) step).wanted());
    }

    private static List<Integer> entrances(List<Step> steps) {
        return arranges(steps)
                .flatMap(arrangement -> arrangement.entrances().stream())
                .filter(entrance -> entrance.transport() == Transport.TCP)
                .map(Entrance::port)
                .toList();
    }
}
