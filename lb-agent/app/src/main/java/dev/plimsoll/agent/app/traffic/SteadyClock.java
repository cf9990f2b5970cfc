package dev.plimsoll.agent.app.traffic;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The time of day when it was made, and from then on what has passed: nobody can set it. */
final class SteadyClock implements LongSupplier {
    private final long beginMillis = System.currentTimeMillis();
    private final long beginNanos = System.nanoTime();

    @Override
    public long getAsLong() {
        return beginMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
    }
}
