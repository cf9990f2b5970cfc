package dev.plimsoll.agent.engine;

/**
 * Times of day for moments of {@link System#nanoTime}: one moment has one time, however often it is
 * asked, unless the machine's clock is set.
 */
final class FlowClock {
    private static final long SET_MILLIS = 500;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private record Anchor(long nanos, long millis) {
        static Anchor here() {
            return new Anchor(System.nanoTime(), System.currentTimeMillis());
        }

        long millisAt(long moment) {
            return millis + Math.floorDiv(moment - nanos, NANOS_PER_MILLI);
        }
    }

    private volatile Anchor anchor = Anchor.here();

    long millisAt(long nanos) {
        var present = anchor;
        long off = System.currentTimeMillis() - present.millisAt(System.nanoTime());
        if (Math.abs(off) > SET_MILLIS) {
            present = Anchor.here();
            anchor = present;
        }
        return present.millisAt(nanos);
    }
}
