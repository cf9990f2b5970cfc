package dev.plimsoll.provisioner.reconcile;

import java.time.Duration;

/** How a step ended. What it changed is seen at the next look. */
sealed interface StepResult {
    StepResult DONE = new Done();

    record Done() implements StepResult {}

    record Waiting(Duration delay, String waitingFor) implements StepResult {}

    record Impossible(String errorType, String message) implements StepResult {}
}
