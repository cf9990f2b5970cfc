package dev.plimsoll.provisioner.reconcile;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record MoveSettings(
        @DefaultValue("5m") Duration drain,
        @DefaultValue("30s") Duration failover,
        @DefaultValue("400ms") Duration twoActive,
        @DefaultValue("10m") Duration partitionTrial) {
    public static final MoveSettings DEFAULT =
            new MoveSettings(
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(30),
                    Duration.ofMillis(400),
                    Duration.ofMinutes(10));

    public MoveSettings {
        if (drain.isNegative() || drain.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.moves.drain must lie between 0 and 1 d, not " + drain);
        }
        if (!failover.isPositive() || !twoActive.isPositive() || !partitionTrial.isPositive()) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.moves: failover, two-active and partition-trial must be"
                            + " positive");
        }
    }
}
