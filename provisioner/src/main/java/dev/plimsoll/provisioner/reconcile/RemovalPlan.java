package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import java.util.ArrayList;
import java.util.List;

/** Machines first, so that nobody answers on an address any more when it is given back. */
final class RemovalPlan {
    private RemovalPlan() {}

    static List<Step> of(Observed observed) {
        if (!observed.machines().isEmpty()) {
            return machines(observed.machines());
        }
        var steps = new ArrayList<Step>();
        if (!observed.claims().isEmpty()) {
            steps.add(new Step.ReleaseClaims(observed.claims()));
        }
        for (var kind : AddressKind.values()) {
            var address = observed.addresses().get(kind);
            if (address != null) {
                steps.add(new Step.ReleaseAddress(kind, address));
            }
        }
        if (steps.isEmpty()) {
            steps.add(new Step.Forget());
        }
        return steps;
    }

    /** All are asked to end before the first is waited for. */
    private static List<Step> machines(List<Machine> machines) {
        var steps = new ArrayList<Step>();
        for (var machine : machines) {
            if (!machine.isDraining()) {
                steps.add(new Step.RetireMachine(machine.spec()));
            }
        }
        if (steps.isEmpty()) {
            machines.forEach(machine -> steps.add(new Step.RemoveMachine(machine.spec())));
        }
        return steps;
    }
}
