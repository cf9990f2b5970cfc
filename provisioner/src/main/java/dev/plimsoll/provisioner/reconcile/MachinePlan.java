package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps both slots filled. Only what the driver calls dead is replaced: an agent that merely does
 * not talk to us may well be serving.
 */
final class MachinePlan {
    static final int SLOTS = 2;

    /**
     * For the first agent of a load balancer that none serves yet: two that start at once on one
     * host slow each other down, and one is enough to serve.
     */
    private static final Duration HEAD_START = Duration.ofSeconds(2);

    private static final Duration FIRST_REST = Duration.ofMillis(500);
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 10;

    private MachinePlan() {}

    /**
     * @param mayAdd false as long as there is nothing that a new machine could serve
     */
    static List<Step> of(Observed observed, boolean mayAdd) {
        var steps = new ArrayList<Step>();
        for (var machine : observed.machines()) {
            if (machine.isDraining()) {
                steps.add(new Step.RemoveMachine(machine.spec()));
            }
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            var machine = observed.inSlot(slot);
            if (machine.isPresent()) {
                keep(machine.get()).ifPresent(steps::add);
            } else if (mayAdd && isDue(observed, slot)) {
                steps.add(new Step.IntendMachine(slot, observed.slot(slot).lastIncarnation() + 1));
            }
        }
        return steps;
    }

    private static boolean isDue(Observed observed, int slot) {
        return restOf(observed, slot).isZero() && headStartOfOther(observed, slot).isZero();
    }

    /** Zero when the machine in the other slot is no reason to wait with this one. */
    static Duration headStartOfOther(Observed observed, int slot) {
        var other = observed.inSlot(1 - slot);
        if (other.isEmpty()) {
            return slot == 0 || !restOf(observed, 0).isZero() ? Duration.ZERO : HEAD_START;
        }
        if (other.get().isConfigured() || other.get().isLost()) {
            return Duration.ZERO;
        }
        return atLeastZero(Duration.between(observed.now(), other.get().since().plus(HEAD_START)));
    }

    private static Optional<Step> keep(Machine machine) {
        return switch (machine.presence()) {
            case UNKNOWN -> Optional.empty();
            case RUNNING ->
                    machine.isConnected()
                            ? Optional.empty()
                            : Optional.of(new Step.EnsureMachine(machine.spec()));
            case DEAD, HUNG -> Optional.of(new Step.WriteOffMachine(machine.spec()));
            case ABSENT ->
                    Optional.of(
                            isBeingMade(machine)
                                    ? new Step.EnsureMachine(machine.spec())
                                    : new Step.WriteOffMachine(machine.spec()));
        };
    }

    /** Zero when the slot may have a new machine now; grows while new machines die young. */
    static Duration restOf(Observed observed, int slot) {
        var history = observed.slot(slot);
        Instant lastDeath = history.lastDeath();
        if (lastDeath == null || history.earlyDeaths() == 0) {
            return Duration.ZERO;
        }
        var doublings = Math.min(history.earlyDeaths() - 1, MOST_DOUBLINGS);
        var rest = FIRST_REST.multipliedBy(1L << doublings);
        var bounded = rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
        return atLeastZero(Duration.between(observed.now(), lastDeath.plus(bounded)));
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isPositive() ? duration : Duration.ZERO;
    }

    private static boolean isBeingMade(Machine machine) {
        return machine.state() == State.INTENT || machine.state() == State.CREATING;
    }
}
