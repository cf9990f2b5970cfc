package dev.plimsoll.provisioner.machine;

import java.time.Duration;

/** How a driver's call ended. */
public sealed interface MachineOutcome {
    MachineOutcome OK = new Ok();

    record Ok() implements MachineOutcome {}

    /** Under way: call again after the delay. */
    record NotYet(Duration delay, String waitingFor) implements MachineOutcome {}

    /** Failed in a way that may pass: call again. */
    record Transient(String text) implements MachineOutcome {}

    /**
     * Cannot succeed until somebody changes something.
     *
     * @param errorType one of the API's errors[].type
     */
    record Permanent(String errorType, String text) implements MachineOutcome {}

    /** The infrastructure's quota is used up. */
    record Quota(String errorType, String text) implements MachineOutcome {}
}
