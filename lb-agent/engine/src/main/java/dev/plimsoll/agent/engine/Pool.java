package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The targets of a pool, and whose turn it is. The healthy ones are kept as an array of their own,
 * rebuilt when any target's state changed: skipping unhealthy ones at each pick would give their
 * neighbours a double share.
 */
final class Pool {
    private record Healthy(long epoch, Target[] targets) {}

    private final List<Target> targets;
    private final AtomicLong healthEpoch;
    private final AtomicInteger turn;
    private final @Nullable Maglev maglev;
    private volatile Healthy view = new Healthy(-1, new Target[0]);

    /**
     * @param healthEpoch moves with every change of any target's state
     * @param turn shared with the pool of the same name in the snapshot before, so that frequent
     *     changes do not favour the first target
     * @param maglev null for round robin
     */
    Pool(
            List<Target> targets,
            AtomicLong healthEpoch,
            AtomicInteger turn,
            @Nullable Maglev maglev) {
        this.targets = List.copyOf(targets);
        this.healthEpoch = healthEpoch;
        this.turn = turn;
        this.maglev = maglev;
    }

    AtomicInteger turn() {
        return turn;
    }

    List<Target> targets() {
        return targets;
    }

    @Nullable Maglev maglev() {
        return maglev;
    }

    boolean isAnyHealthy() {
        return healthy().length > 0;
    }

    /** Whether a target may yet turn out to be healthy that nobody has looked at. */
    boolean awaitsVerdict() {
        return targets.stream().anyMatch(target -> target.state() == State.INITIAL);
    }

    /**
     * @return the next healthy target that is not among the first {@code tries} of {@code tried}
     */
    @Nullable Target next(InetAddress client, @Nullable Target[] tried, int tries) {
        var healthy = healthy();
        if (healthy.length == 0) {
            return null;
        }
        return maglev == null ? inTurn(healthy, tried, tries) : maglev.pick(client, tried, tries);
    }

    private @Nullable Target inTurn(Target[] healthy, @Nullable Target[] tried, int tries) {
        // A second try takes no turn: else every connection would begin at the target that fails.
        int at = tries == 0 ? turn.getAndIncrement() : turn.get();
        int start = Integer.remainderUnsigned(at, healthy.length);
        for (int i = 0; i < healthy.length; i++) {
            var candidate = healthy[(start + i) % healthy.length];
            if (!contains(tried, tries, candidate)) {
                return candidate;
            }
        }
        return null;
    }

    static boolean contains(@Nullable Target[] tried, int tries, Target candidate) {
        for (int i = 0; i < tries; i++) {
            if (tried[i] == candidate) {
                return true;
            }
        }
        return false;
    }

    private Target[] healthy() {
        var present = view;
        long epoch = healthEpoch.get();
        if (present.epoch != epoch) {
            // The epoch was read first: a change while this runs makes the next pick rebuild again.
            present =
                    new Healthy(
                            epoch,
                            targets.stream().filter(Target::isHealthy).toArray(Target[]::new));
            view = present;
        }
        return present.targets;
    }
}
