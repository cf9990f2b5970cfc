package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.reconcile.Condition.Truth;
import dev.plimsoll.provisioner.reconcile.Condition.Type;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import dev.plimsoll.provisioner.work.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is true of a load balancer at the end of a pass, and what comes next. Pure.
 *
 * @param observedGeneration what the active agent serves; as before where there is none
 * @param states of machines whose state differs from the one written down
 */
record Verdict(
        Map<Type, Condition> conditions,
        long observedGeneration,
        boolean isReady,
        Map<MachineSpec, State> states,
        List<Event> events,
        Outcome outcome) {

    static Verdict of(Desired.Served desired, Observed observed, List<StepResult> hurdles) {
        var conditions =
                new Conditions(desired, observed, hurdles)
                        .all()
                        .collect(
                                Collectors.toMap(
                                        Condition::type,
                                        condition -> condition,
                                        (first, _) -> first,
                                        LinkedHashMap::new));
        var observedGeneration =
                observed.active()
                        .map(machine -> machine.agentOrThrow().appliedGeneration())
                        .map(generation -> Math.min(generation, desired.generation()))
                        .orElse(observed.status().observedGeneration());
        var isReady =
                is(conditions, Type.SERVING, Truth.TRUE)
                        && is(conditions, Type.APPLIED, Truth.TRUE)
                        && !is(conditions, Type.FEASIBLE, Truth.FALSE);
        var states = states(observed);
        return new Verdict(
                conditions,
                observedGeneration,
                isReady,
                states,
                Events.of(observed, conditions, observedGeneration, isReady, states),
                Waits.of(desired, observed, conditions, hurdles));
    }

    boolean differsFrom(Observed.Status status) {
        return !events.isEmpty()
                || !states.isEmpty()
                || !conditions.equals(status.conditions())
                || observedGeneration != status.observedGeneration()
                || (isReady && !status.hasBeenReady());
    }

    static boolean is(Map<Type, Condition> conditions, Type type, Truth truth) {
        var condition = conditions.get(type);
        return condition != null && condition.status() == truth;
    }

    private static Map<MachineSpec, State> states(Observed observed) {
        var changed = new LinkedHashMap<MachineSpec, State>();
        for (var machine : observed.machines()) {
            var state = stateOf(machine);
            if (state != machine.state()) {
                changed.put(machine.spec(), state);
            }
        }
        return changed;
    }

    private static State stateOf(Machine machine) {
        if (machine.isDraining() || !machine.isConnected()) {
            return machine.state();
        }
        return switch (machine.agentOrThrow().role()) {
            case STARTING -> State.ENROLLED;
            case STANDBY -> State.STANDBY;
            case ACTIVE -> State.ACTIVE;
        };
    }
}
