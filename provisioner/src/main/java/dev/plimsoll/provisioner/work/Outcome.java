package dev.plimsoll.provisioner.work;

import java.time.Duration;

/** What a look at a load balancer came to. The loop owns back-off and jitter. */
public sealed interface Outcome {

    /** Nothing is left to do until somebody has a new reason to look. */
    record Converged() implements Outcome {}

    /**
     * Something outside has to happen first.
     *
     * @param delay before the second look; later looks wait longer
     * @param waitingFor completes "waiting for ..."
     */
    record RetryAfter(Duration delay, String waitingFor) implements Outcome {
        public RetryAfter {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("negative delay: " + delay);
            }
        }
    }

    /** Something is due at a known time: neither backed off nor spread. */
    record LookAgain(Duration in, String waitingFor) implements Outcome {}

    /** The order cannot be served as it is; looked at again in case that what forbids it goes. */
    record Rejected(String reason) implements Outcome {}
}
