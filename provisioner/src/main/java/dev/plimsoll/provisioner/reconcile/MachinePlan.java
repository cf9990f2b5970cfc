package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.Replacement;
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
            if (isDrained(machine, observed.now())) {
                steps.add(new Step.RemoveMachine(machine.spec()));
            }
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            var machine = observed.inSlot(slot);
            if (machine.isPresent()) {
                keep(machine.get(), observed).ifPresent(steps::add);
            } else if (mayAdd && isDue(observed, slot)) {
                steps.add(
                        new Step.IntendMachine(
                                slot,
                                observed.slot(slot).lastIncarnation() + 1,
                                observed.upkeep().shape()));
            }
        }
        observed.machines().stream()
                .filter(machine -> isUpToDate(machine, observed.upkeep()))
                .forEach(machine -> steps.add(new Step.KeepMachine(machine.spec())));
        replace(observed).ifPresent(steps::add);
        return steps;
    }

    /** Its last connection has ended, or its time, or it is not there any more. */
    static boolean isDrained(Machine machine, Instant now) {
        var orders = machine.orders();
        return machine.isDraining()
                && (orders.drainUntil() == null
                        || !now.isBefore(orders.drainUntil())
                        || machine.presence() == Presence.DEAD
                        || machine.presence() == Presence.ABSENT
                        || Integer.valueOf(0).equals(orders.connections()));
    }

    static boolean isToBeReplaced(Machine machine, Observed observed) {
        var upkeep = observed.upkeep();
        return !machine.orders().shape().equals(upkeep.shape())
                || machine.orders().replacement() != null && !isUpToDate(machine, upkeep);
    }

    private static boolean isUpToDate(Machine machine, Observed.Upkeep upkeep) {
        return machine.orders().replacement() == Replacement.AGENT_UPGRADE
                && machine.agent() != null
                && machine.agent().version().equals(upkeep.agentVersion());
    }

    /**
     * One at a time, and only whose peer serves: the one that stands by, which the active one
     * becomes when it has left the VIP to its peer.
     */
    private static Optional<Step> replace(Observed observed) {
        if (observed.machines().stream().anyMatch(Machine::isDraining)) {
            return Optional.empty();
        }
        return observed.machines().stream()
                .filter(machine -> isToBeReplaced(machine, observed))
                .filter(machine -> !machine.isGone())
                .filter(machine ->
                        observed.peerOf(machine)
                                .filter(peer -> VipPlan.couldTakeOver(peer, observed))
                                .filter(peer -> mayLeave(machine, peer, observed))
                                .isPresent())
                .findFirst()
                .map(machine -> new Step.DrainMachine(machine.spec()));
    }

    /** An agent that is too old to be asked for the VIP gives it up when it ends. */
    private static boolean mayLeave(Machine machine, Machine peer, Observed observed) {
        return machine.speaks(Role.ACTIVE)
                ? !machine.agentOrThrow().yields() && !isToBeReplaced(peer, observed)
                : peer.speaks(Role.ACTIVE);
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
        if (other.get().isConfigured() || other.get().presence() == Presence.DEAD) {
            return Duration.ZERO;
        }
        return atLeastZero(Duration.between(observed.now(), other.get().since().plus(HEAD_START)));
    }

    private static Optional<Step> keep(Machine machine, Observed observed) {
        return switch (machine.presence()) {
            case UNKNOWN -> Optional.empty();
            case RUNNING -> {
                if (machine.orders().foundDead() != null) {
                    yield Optional.of(new Step.NoteReturn(machine.spec()));
                }
                yield machine.isConnected()
                        ? Optional.empty()
                        : Optional.of(new Step.EnsureMachine(machine.spec()));
            }
            case DEAD -> giveUp(machine, observed);
            case ABSENT ->
                    machine.isBeingMade()
                            ? Optional.of(new Step.EnsureMachine(machine.spec()))
                            : giveUp(machine, observed);
        };
    }

    private static Optional<Step> giveUp(Machine machine, Observed observed) {
        if (machine.orders().foundDead() == null) {
            return Optional.of(new Step.NoteDeath(machine.spec()));
        }
        return isHeldBack(machine, observed) || gatherRest(machine, observed).isPositive()
                ? Optional.empty()
                : Optional.of(new Step.WriteOffMachine(machine.spec()));
    }

    /** By the brake, which keeps nobody down: where neither machine lives both are replaced. */
    static boolean isHeldBack(Machine machine, Observed observed) {
        return observed.upkeep().isBraked() && hasLivingPeer(machine, observed);
    }

    /** Positive as long as others may be found dead at the same time. */
    static Duration gatherRest(Machine machine, Observed observed) {
        var found = machine.orders().foundDead();
        return found == null || !hasLivingPeer(machine, observed)
                ? Duration.ZERO
                : atLeastZero(
                        Duration.between(observed.now(), found.plus(observed.upkeep().gather())));
    }

    private static boolean hasLivingPeer(Machine machine, Observed observed) {
        return observed.peerOf(machine).filter(peer -> !peer.isGone()).isPresent();
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
}
