package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.reconcile.Observed.Machine;
import dev.plimsoll.provisioner.reconcile.Observed.State;
import dev.plimsoll.provisioner.reconcile.Observed.Yield;
import dev.plimsoll.provisioner.reconcile.Observed.Yield.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who is to leave the VIP to its peer, and for how long. Nobody is asked to whose peer could not
 * take over, and never both: an order ends where its sense does.
 */
final class VipPlan {
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
     * told last that it has the address; the other one leaves, until it hears its peer. Where that
     * cannot be known, it tries after a while.
     */
    private static boolean isCutOff(Machine machine, Machine peer, Observed observed) {
        if (!peer.speaks(Role.ACTIVE)) {
            return false;
        }
        var moves = observed.upkeep().moves();
        if (isOrdered(machine, Reason.PARTITION)) {
            return !hearsPeer(machine) && !hasLasted(machine, observed, moves.partitionTrial());
        }
        return machine.speaks(Role.ACTIVE)
                && areBothActiveFor(moves.twoActive(), machine, peer, observed.now())
                && leaver(machine, peer).equals(machine);
    }

    /** A role that is not written down yet has only just been said. */
    private static boolean areBothActiveFor(
            Duration time, Machine machine, Machine peer, Instant now) {
        return Stream.of(machine, peer)
                .allMatch(one ->
                        one.state() == State.ACTIVE && !now.isBefore(becameActive(one).plus(time)));
    }

    private static Machine leaver(Machine machine, Machine peer) {
        var byTime = Comparator.comparing(VipPlan::becameActive);
        return byTime.thenComparing(one -> one.spec().slot()).compare(machine, peer) < 0
                ? machine
                : peer;
    }

    private static Instant becameActive(Machine machine) {
        return Objects.requireNonNullElse(machine.orders().lastActive(), Instant.MAX);
    }

    private static boolean hearsPeer(Machine machine) {
        var yield = machine.orders().yield();
        return yield != null && yield.hearsPeer();
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
