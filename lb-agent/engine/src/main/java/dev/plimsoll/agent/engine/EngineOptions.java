package dev.plimsoll.agent.engine;

import java.time.Duration;

/**
 * What is fixed for the life of an engine.
 *
 * @param loops event loops; each has its own listening sockets and its own connections
 * @param connectionCeiling connections that the process can hold whatever the plan allows
 * @param connectTimeout for one attempt to reach a target
 * @param idleTick coarseness of idle timeouts: a connection ends at most two ticks late, never
 *     early
 * @param helloTimeout for a TLS client to say, in full, which server it wants
 * @param maxHellos TLS clients that may be about to do so at one time
 * @param maxParked connections that may wait for the first verdict on any target of their pool
 * @param flows how many ends of connections are remembered
 */
public record EngineOptions(
        int loops,
        int connectionCeiling,
        Duration connectTimeout,
        Duration idleTick,
        Duration helloTimeout,
        int maxHellos,
        int maxParked,
        Flows flows) {

    /**
     * @param kept records in memory, some 300 bytes each, before the oldest are overwritten
     * @param perSecond records beyond which ends are sampled; a tenth of it are refusals'
     */
    public record Flows(int kept, int perSecond) {
        public static final Flows DEFAULTS = new Flows(10_000, 1_000);

        public Flows {
            if (Math.min(kept, perSecond) < 1) {
                throw new IllegalArgumentException(
                        "kept and perSecond must be positive: %d, %d".formatted(kept, perSecond));
            }
        }
    }

    public EngineOptions {
        if (Math.min(Math.min(loops, connectionCeiling), Math.min(maxHellos, maxParked)) < 1) {
            throw new IllegalArgumentException(
                    "loops, connectionCeiling, maxHellos and maxParked must be positive: %d, %d, %d, %d"
                            .formatted(loops, connectionCeiling, maxHellos, maxParked));
        }
    }

    /**
     * Connections that may wait for their target to accept. Targets that do not answer must not
     * take every place from those that do.
     */
    int connecting() {
        return Math.clamp(connectionCeiling / 4, 16, 2048);
    }

    /** Health probes that may be under way at one time; they need descriptors as well. */
    int probes() {
        return probes(connectionCeiling);
    }

    /**
     * @param connectionCeiling connections that the process can hold
     */
    public static int probes(int connectionCeiling) {
        return Math.clamp(connectionCeiling / 16, 16, 512);
    }

    public static EngineOptions defaults(int connectionCeiling) {
        return new EngineOptions(
                Runtime.getRuntime().availableProcessors(),
                connectionCeiling,
                Duration.ofSeconds(5),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                2_000,
                1_000,
                Flows.DEFAULTS);
    }
}
