package dev.plimsoll.agent.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Targets that share the traffic of the listeners that name their pool.
 *
 * @param name unique among the pools of a document
 * @param healthCheck null where targets are taken as healthy (UDP pools without one)
 */
public record TargetPoolConfig(
        String name,
        Balancing balancing,
        @Nullable HealthCheckConfig healthCheck,
        List<TargetConfig> targets) {

    public enum Balancing {
        ROUND_ROBIN,
        /** Consistent hashing on the client's address. */
        MAGLEV
    }

    public TargetPoolConfig {
        targets = List.copyOf(targets);
    }
}
