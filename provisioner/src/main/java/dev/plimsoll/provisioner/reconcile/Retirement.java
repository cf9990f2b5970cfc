package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.MachineId;

/** Tells an agent that its machine is not wanted any more, if it can be reached. */
@FunctionalInterface
public interface Retirement {
    void retire(MachineId machine, String reason);
}
