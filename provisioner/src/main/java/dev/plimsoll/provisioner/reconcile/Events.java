package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.reconcile.Condition.Truth;
import dev.plimsoll.provisioner.reconcile.Condition.Type;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is new since the end of the last pass. */
final class Events {
    private Events() {}

    static List<Event> of(
            Observed observed,
            Map<Type, Condition> now,
            long observedGeneration,
            boolean isReady,
            Map<MachineSpec, State> states) {
        var events = new ArrayList<Event>();
        var before = observed.status();
        if (before.conditions().isEmpty()) {
            events.add(
                    new Event(Event.Type.CREATED, "The load balancer is being set up.", Map.of()));
        }
        if (before.hasBeenReady()) {
            states.forEach((machine, state) -> failover(machine, state, events));
        }
        if (observedGeneration != before.observedGeneration()) {
            events.add(
                    new Event(
                            Event.Type.CONFIG_APPLIED,
                            "The active agent serves generation " + observedGeneration + ".",
                            Map.of("generation", observedGeneration)));
        }
        if (isReady && !before.hasBeenReady()) {
            events.add(
                    new Event(Event.Type.READY, "The load balancer serves its clients.", Map.of()));
        }
        infeasible(observed, now, events);
        return events;
    }

    private static void failover(MachineSpec machine, State state, List<Event> events) {
        if (state == State.ACTIVE) {
            events.add(
                    new Event(
                            Event.Type.FAILOVER,
                            "The agent on machine " + machine.id() + " took over the VIP.",
                            Map.of("machineId", machine.id().toString(), "slot", machine.slot())));
        }
    }

    private static void infeasible(
            Observed observed, Map<Type, Condition> now, List<Event> events) {
        var condition = now.get(Type.FEASIBLE);
        if (condition == null
                || condition.status() != Truth.FALSE
                || condition.equals(observed.status().conditions().get(Type.FEASIBLE))) {
            return;
        }
        var isRefusal =
                observed.machines().stream()
                        .anyMatch(machine ->
                                machine.agent() != null && machine.agent().refused() != null);
        events.add(
                new Event(
                        isRefusal ? Event.Type.CONFIG_REFUSED : Event.Type.INFEASIBLE,
                        condition.message(),
                        Map.of(
                                "errorType", condition.reason(),
                                "generation", condition.generation())));
    }
}
