package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.provisioner.machine.Arrangement;
import dev.plimsoll.provisioner.machine.MachineSpec;
import java.util.Set;

/** One change of the world. Taking it twice, or once more after half of it, comes to the same. */
sealed interface Step {
    record AllocateAddress(AddressKind kind, String address) implements Step {}

    record ReleaseAddress(AddressKind kind, String address) implements Step {}

    record ClaimListeners(Set<Claim> claims) implements Step {
        public ClaimListeners {
            claims = Set.copyOf(claims);
        }
    }

    record ReleaseClaims(Set<Claim> claims) implements Step {
        public ReleaseClaims {
            claims = Set.copyOf(claims);
        }
    }

    /** Networks and packet filters. */
    record Arrange(Arrangement wanted) implements Step {}

    record PublishConfig(AgentConfig config) implements Step {}

    /** Writes down that there will be a machine, before there is one. */
    record IntendMachine(int slot, long incarnation, String shape) implements Step {
        IntendMachine(int slot, long incarnation) {
            this(slot, incarnation, "");
        }
    }

    record EnsureMachine(MachineSpec machine) implements Step {}

    /** Makes sure that a dead machine stays dead, removes it and writes it off. */
    record WriteOffMachine(MachineSpec machine) implements Step {}

    /** Counts for the brake from now on, which may hold its replacement back. */
    record NoteDeath(MachineSpec machine) implements Step {}

    record NoteReturn(MachineSpec machine) implements Step {}

    record YieldVip(MachineSpec machine, Observed.Yield.Reason reason) implements Step {}

    record ClaimVip(MachineSpec machine) implements Step {}

    /** It is what its replacement would be. */
    record KeepMachine(MachineSpec machine) implements Step {}

    /** Its place is free for another one; its connections may end in their time. */
    record DrainMachine(MachineSpec machine) implements Step {}

    record RetireMachine(MachineSpec machine) implements Step {}

    record RemoveMachine(MachineSpec machine) implements Step {}

    /** Deletes what is left on a load balancer that has neither machines nor addresses. */
    record Forget() implements Step {}
}
