package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.work.Lease;

/** Takes steps, one after the other. */
final class Steps {
    private final AddressSteps addresses;
    private final MachineSteps machines;

    Steps(AddressSteps addresses, MachineSteps machines) {
        this.addresses = addresses;
        this.machines = machines;
    }

    StepResult take(Lease lease, Step step) {
        return switch (step) {
            case Step.AllocateAddress allocate -> addresses.allocate(lease, allocate);
            case Step.ReleaseAddress release -> addresses.release(lease, release);
            case Step.ClaimListeners claim -> addresses.claim(lease, claim);
            case Step.ReleaseClaims release -> addresses.release(lease, release);
            case Step.Arrange(var wanted) -> machines.arrange(lease, wanted);
            case Step.PublishConfig(var config) -> ConfigSteps.publish(lease, config);
            case Step.IntendMachine intend -> machines.intend(lease, intend);
            case Step.EnsureMachine(var machine) -> machines.ensure(lease, machine);
            case Step.WriteOffMachine(var machine) -> machines.writeOff(lease, machine);
            case Step.NoteDeath(var machine) -> machines.noteDeath(lease, machine);
            case Step.NoteReturn(var machine) -> machines.noteReturn(lease, machine);
            case Step.YieldVip order -> machines.yieldVip(lease, order);
            case Step.ClaimVip(var machine) -> machines.claimVip(lease, machine);
            case Step.KeepMachine(var machine) -> machines.keep(lease, machine);
            case Step.DrainMachine(var machine) -> machines.drain(lease, machine);
            case Step.RetireMachine(var machine) -> machines.retire(lease, machine);
            case Step.RemoveMachine(var machine) -> machines.remove(lease, machine);
            case Step.Forget _ -> machines.forget(lease);
        };
    }
}
