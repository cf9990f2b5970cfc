package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.Yield;
import dev.plimsoll.provisioner.reconcile.Observed.Yield.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who is to leave the VIP to its peer, and for how long. Nobody is asked to whose peer could not
 * take over, and never both: an order ends where its sense does.
 */
final class VipPlan {
    /** Trials after which a partition of before says nothing about this one. */
    private static final int TRIALS = 3;

    private VipPlan() {}

    static List<Step> of(Observed observed) {
        var steps = new ArrayList<Step>();
        for (var machine : observed.machines()) {
            var standing = Optional.ofNullable(machine.orders().yield()).map(Yield::reason);
            var wanted =
                    machine.isDraining()
                            ? standing
                            : observed.peerOf(machine)
                                    .flatMap(peer -> wanted(machine, peer, observed));
            if (!wanted.equals(standing)) {
                steps.add(
                        wanted.<Step>map(reason -> new Step.YieldVip(machine.spec(), reason))
                                .orElseGet(() -> new Step.ClaimVip(machine.spec())));
            }
        }
        return steps;
    }

    private static Optional<Reason> wanted(Machine machine, Machine peer, Observed observed) {
        if (peer.orders().yield() != null) {
            return Optional.empty();
        }
        if (isCutOff(machine, peer, observed)) {
            return Optional.of(Reason.PARTITION);
        }
        if (!couldTakeOver(peer, observed) || areTwo(machine, peer)) {
            return Optional.empty();
        }
        if (isToMove(machine, peer, observed)) {
            return Optional.of(Reason.REPLACEMENT);
        }
        return isAskedFor(machine, peer, observed)
                ? Optional.of(Reason.FAILOVER)
                : Optional.empty();
    }

    /**
     * It runs, has what is newest, and says so: whoever leaves it the VIP leaves it in good hands.
     */
    static boolean couldTakeOver(Machine machine, Observed observed) {
        var newest = observed.newest();
        return newest != null
                && !machine.isGone()
                && (machine.speaks(Role.STANDBY) || machine.speaks(Role.ACTIVE))
                && machine.agentOrThrow().appliedRevision() == newest.revision();
    }

    /** Which of them leaves is not for a new order to say. */
    private static boolean areTwo(Machine machine, Machine peer) {
        return machine.orders().yield() == null
                && machine.speaks(Role.ACTIVE)
                && peer.speaks(Role.ACTIVE);
    }

    /** Until the VIP has moved, the machine is drained, or its peer is none to leave it to. */
    private static boolean isToMove(Machine machine, Machine peer, Observed observed) {
        return MachinePlan.isToBeReplaced(machine, observed)
                && !MachinePlan.isToBeReplaced(peer, observed)
                && (machine.speaks(Role.ACTIVE) || isOrdered(machine, Reason.REPLACEMENT));
    }

    private static boolean isAskedFor(Machine machine, Machine peer, Observed observed) {
        var hasMoved = peer.speaks(Role.ACTIVE) && !machine.speaks(Role.ACTIVE);
        return isOrdered(machine, Reason.FAILOVER)
                && !hasMoved
                && !hasLasted(machine, observed, observed.upkeep().moves().failover());
    }

    /**
     * Two agents that are both active cannot hear each other. The later has the clients, who were
     * told last that it has the address; the other one leaves, and tries again after a while.
     */
    private static boolean isCutOff(Machine machine, Machine peer, Observed observed) {
        if (!peer.speaks(Role.ACTIVE)) {
            return false;
        }
        var moves = observed.upkeep().moves();
        if (isOrdered(machine, Reason.PARTITION)) {
            return !hasLasted(machine, observed, moves.partitionTrial());
        }
        return machine.speaks(Role.ACTIVE)
                && areBothActiveFor(moves.twoActive(), machine, peer, observed.now())
                && leaver(machine, peer, observed).equals(machine);
    }

    private static boolean areBothActiveFor(
            Duration time, Machine machine, Machine peer, Instant now) {
        var one = machine.orders().lastActive();
        var other = peer.orders().lastActive();
        return one != null
                && other != null
                && !now.isBefore(one.plus(time))
                && !now.isBefore(other.plus(time));
    }

    /**
     * Who left before leaves again, so that a lasting partition does not move the VIP to and fro.
     */
    private static Machine leaver(Machine machine, Machine peer, Observed observed) {
        if (hasLeftLately(machine, observed) != hasLeftLately(peer, observed)) {
            return hasLeftLately(machine, observed) ? machine : peer;
        }
        Comparator<Machine> byTime =
                Comparator.comparing(one -> Objects.requireNonNull(one.orders().lastActive()));
        return byTime.thenComparing(one -> one.spec().slot()).compare(machine, peer) < 0
                ? machine
                : peer;
    }

    private static boolean hasLeftLately(Machine machine, Observed observed) {
        var last = machine.orders().lastYield();
        var lately = observed.upkeep().moves().partitionTrial().multipliedBy(TRIALS);
        return last != null
                && last.reason() == Reason.PARTITION
                && observed.now().isBefore(last.since().plus(lately));
    }

    private static boolean isOrdered(Machine machine, Reason reason) {
        var yield = machine.orders().yield();
        return yield != null && yield.reason() == reason;
    }

    private static boolean hasLasted(Machine machine, Observed observed, Duration time) {
        var yield = machine.orders().yield();
        return yield != null && !observed.now().isBefore(yield.since().plus(time));
    }
}
