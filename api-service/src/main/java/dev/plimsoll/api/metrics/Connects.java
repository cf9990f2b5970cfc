package dev.plimsoll.api.metrics;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** How long targets took to accept, counted by upper bounds. */
final class Connects {
    private static final String CONNECTED_WITHIN = "connectedWithin";
    private static final double MICROS = 1e6;

    private final TreeMap<Long, Long> byBound = new TreeMap<>();
    private long all;

    static Connects of(Point point) {
        var connects = new Connects();
        point.figures().forEach(connects::add);
        return connects;
    }

    private void add(String name, long count) {
        if (name.startsWith(CONNECTED_WITHIN) && count > 0) {
            byBound.merge(
                    Long.valueOf(name.substring(CONNECTED_WITHIN.length())), count, Long::sum);
            all += count;
        }
    }

    /** In seconds, as if they lay evenly between bounds; empty when there were none. */
    OptionalDouble quantile(double share) {
        double rank = share * all;
        long below = 0;
        for (Map.Entry<Long, Long> bucket : byBound.entrySet()) {
            if (below + bucket.getValue() >= rank) {
                double lower = Bounds.below(bucket.getKey());
                double within = (rank - below) / bucket.getValue();
                return OptionalDouble.of((lower + (bucket.getKey() - lower) * within) / MICROS);
            }
            below += bucket.getValue();
        }
        return OptionalDouble.empty();
    }

    /** Those of the agents' histogram. */
    private static final class Bounds {
        private static final long[] MICROSECONDS = {
            500,
            1_000,
            2_500,
            5_000,
            10_000,
            25_000,
            50_000,
            100_000,
            250_000,
            500_000,
            1_000_000,
            2_500_000,
            5_000_000,
            10_000_000
        };

        static long below(long bound) {
            long below = 0;
            for (long each : MICROSECONDS) {
                if (each < bound) {
                    below = each;
                }
            }
            return below;
        }
    }
}
