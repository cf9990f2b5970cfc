package dev.plimsoll.provisioner.work;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Doubles the first delay with each attempt up to a limit, and spreads it by a fifth. */
public final class Backoff {
    private static final int MOST_DOUBLINGS = 20;
    private static final double SPREAD = 0.2;

    private final Duration limit;
    private final RandomGenerator random;

    public Backoff(Duration limit, RandomGenerator random) {
        this.limit = limit;
        this.random = random;
    }

    public Duration delay(Duration first, int attempt) {
        var doubled = first.multipliedBy(1L << Math.clamp(attempt, 0, MOST_DOUBLINGS));
        var bounded = doubled.compareTo(limit) > 0 ? limit : doubled;
        var factor = 1 - SPREAD * random.nextDouble();
        return Duration.ofMillis((long) (bounded.toMillis() * factor));
    }
}
