package dev.plimsoll.provisioner.work;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** How load balancers are worked on. The keys are explained in {@code provisioner.yaml}. */
public record WorkSettings(
        @DefaultValue("4") int workers,
        @DefaultValue("3") int perProject,
        @DefaultValue("10s") Duration lease,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("15s") Duration maxDelay,
        @DefaultValue("60s") Duration resync,
        @DefaultValue("100") int looksPerSecond,
        @DefaultValue("3s") Duration firstPassPatience) {

    public WorkSettings {
        require(workers >= 1 && workers <= 256, "workers", workers);
        require(perProject >= 1, "per-project", perProject);
        require(lease.toMillis() >= 100, "lease", lease);
        require(poll.toMillis() >= 10, "poll", poll);
        require(maxDelay.toMillis() >= 10, "max-delay", maxDelay);
        require(resync.toMillis() >= 100, "resync", resync);
        require(looksPerSecond >= 1, "looks-per-second", looksPerSecond);
    }

    /** How long it takes to look at all of them without any reason. */
    Duration round(int loadBalancers) {
        var turns = turns(loadBalancers);
        return turns.compareTo(resync) > 0 ? turns : resync;
    }

    /** How long as many looks take that are not urgent; few are due at once. */
    Duration turns(int looks) {
        return looks <= looksPerSecond
                ? Duration.ZERO
                : Duration.ofMillis(1_000L * looks / looksPerSecond);
    }

    private static void require(boolean holds, String key, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.work." + key + " cannot be " + value);
        }
    }
}
