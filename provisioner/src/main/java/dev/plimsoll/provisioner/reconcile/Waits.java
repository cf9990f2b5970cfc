package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.reconcile.Condition.Truth;
import dev.plimsoll.provisioner.reconcile.Condition.Type;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.work.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a load balancer still waits for. What agents do wakes the reconciler by itself. */
final class Waits {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private Waits() {}

    static Outcome of(
            Desired.Served desired,
            Observed observed,
            Map<Type, Condition> conditions,
            List<StepResult> hurdles) {
        var feasible = conditions.get(Type.FEASIBLE);
        if (feasible != null && feasible.status() == Truth.FALSE) {
            return new Outcome.Rejected(feasible.message());
        }
        return hurdle(hurdles)
                .or(() -> brake(observed))
                .or(() -> rest(observed))
                .or(() -> headStart(observed))
                .or(() -> connection(observed))
                .or(() -> activity(observed))
                .or(() -> application(desired, observed))
                .or(() -> move(observed))
                .or(() -> drain(observed))
                .orElseGet(Outcome.Converged::new);
    }

    private static Optional<Outcome> hurdle(List<StepResult> hurdles) {
        return hurdles.stream()
                .filter(StepResult.Waiting.class::isInstance)
                .map(StepResult.Waiting.class::cast)
                .<Outcome>map(wait -> new Outcome.RetryAfter(wait.delay(), wait.waitingFor()))
                .findFirst();
    }

    private static Optional<Outcome> brake(Observed observed) {
        return observed.machines().stream()
                .filter(machine -> machine.orders().foundDead() != null)
                .findFirst()
                .map(machine -> {
                    if (MachinePlan.isHeldBack(machine, observed)) {
                        return wait("the brake on replacing machine ", machine, " to be released");
                    }
                    var rest = MachinePlan.gatherRest(machine, observed);
                    return new Outcome.LookAgain(
                            rest, "a moment, in which other machines may be found dead as well");
                });
    }

    private static Optional<Outcome> move(Observed observed) {
        var moves = observed.upkeep().moves();
        if (areTwoActive(observed) && !isYieldOrdered(observed)) {
            return Optional.of(
                    new Outcome.LookAgain(
                            moves.twoActive(), "one of two active agents to leave the VIP"));
        }
        return observed.machines().stream()
                .filter(machine -> !machine.isDraining())
                .filter(machine ->
                        machine.orders().yield() != null
                                || MachinePlan.isToBeReplaced(machine, observed))
                .findFirst()
                .map(machine ->
                        machine.orders().yield() != null
                                ? wait("the VIP to leave machine ", machine, " for its peer")
                                : wait("machine ", machine, " to be replaced"));
    }

    private static boolean areTwoActive(Observed observed) {
        return observed.machines().stream().filter(m -> m.speaks(Role.ACTIVE)).count() > 1;
    }

    private static boolean isYieldOrdered(Observed observed) {
        return observed.machines().stream().anyMatch(m -> m.orders().yield() != null);
    }

    private static Optional<Outcome> drain(Observed observed) {
        return observed.machines().stream()
                .filter(Machine::isDraining)
                .findFirst()
                .map(machine -> wait("the last connections of machine ", machine, " to end"));
    }

    private static Optional<Outcome> rest(Observed observed) {
        return emptySlots(observed)
                .map(slot -> MachinePlan.restOf(observed, slot))
                .max(Duration::compareTo)
                .filter(Duration::isPositive)
                .map(rest ->
                        new Outcome.LookAgain(
                                rest, "the next try to make a machine, after one died early"));
    }

    private static Optional<Outcome> headStart(Observed observed) {
        return emptySlots(observed)
                .map(slot -> MachinePlan.headStartOfOther(observed, slot))
                .max(Duration::compareTo)
                .filter(Duration::isPositive)
                .map(wait ->
                        new Outcome.LookAgain(
                                wait, "the first agent to serve, before a second one is started"));
    }

    private static Stream<Integer> emptySlots(Observed observed) {
        return IntStream.range(0, MachinePlan.SLOTS)
                .boxed()
                .filter(slot -> observed.inSlot(slot).isEmpty());
    }

    private static Optional<Outcome> connection(Observed observed) {
        return observed.machines().stream()
                .filter(machine -> !machine.isDraining() && !machine.isConnected())
                .findFirst()
                .map(machine -> wait("the agent of machine ", machine, " to connect"));
    }

    private static Optional<Outcome> activity(Observed observed) {
        return observed.active().isPresent()
                ? Optional.empty()
                : Optional.of(new Outcome.RetryAfter(PATIENCE, "an agent to become active"));
    }

    private static Optional<Outcome> application(Desired.Served desired, Observed observed) {
        var newest = observed.newest();
        return observed.machines().stream()
                .filter(machine -> !machine.isDraining())
                .filter(machine ->
                        newest == null
                                || machine.agentOrThrow().appliedRevision() != newest.revision())
                .findFirst()
                .map(machine ->
                        wait(
                                "the agent of machine ",
                                machine,
                                " to apply generation " + desired.generation()));
    }

    private static Outcome wait(String before, Machine machine, String after) {
        return new Outcome.RetryAfter(PATIENCE, before + machine.spec().id() + after);
    }
}
