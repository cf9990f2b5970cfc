package dev.plimsoll.agent.engine;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A histogram of times that costs two uncontended additions per recording. */
public final class Durations {
    private static final double[] UPPER_SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600,
        3600
    };

    private final LongAdder[] buckets = new LongAdder[UPPER_SECONDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Durations() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void record(long elapsedNanos) {
        double seconds = elapsedNanos / 1e9;
        int i = 0;
        while (i < UPPER_SECONDS.length && seconds > UPPER_SECONDS[i]) {
            i++;
        }
        buckets[i].increment();
        nanos.add(elapsedNanos);
    }

    /** Bounds ascending, the last one infinite; counts are per bucket, not cumulative. */
    public record Bucket(double upperSeconds, long count) {}

    public List<Bucket> buckets() {
        var all = new Bucket[buckets.length];
        for (int i = 0; i < all.length; i++) {
            double upper = i < UPPER_SECONDS.length ? UPPER_SECONDS[i] : Double.POSITIVE_INFINITY;
            all[i] = new Bucket(upper, buckets[i].sum());
        }
        return List.of(all);
    }

    public double sumSeconds() {
        return nanos.sum() / 1e9;
    }
}
