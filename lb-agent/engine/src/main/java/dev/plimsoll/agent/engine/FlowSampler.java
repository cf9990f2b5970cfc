package dev.plimsoll.agent.engine;

/**
 * Lets one of so many ends of a kind have a record, so that there are not more records in a second
 * than is budgeted: the rate follows from the second before, and doubles where that was too little.
 * In the second in which a burst begins there are at most twice as many. Of one event loop.
 */
final class FlowSampler {
    private static final long WINDOW_NANOS = 1_000_000_000;

    private final int budget;
    private long windowNanos;
    private long ends;
    private int oneIn = 1;
    private int allowance;
    private int taken;

    FlowSampler(int budget, long nowNanos) {
        this.budget = budget;
        this.windowNanos = nowNanos;
        this.allowance = budget;
    }

    /**
     * An end.
     *
     * @return how many ends its record stands for; 0 if it is to have none
     */
    int onEnd(long nowNanos) {
        if (nowNanos - windowNanos >= WINDOW_NANOS) {
            begin(nowNanos);
        }
        if (taken == allowance) {
            oneIn = Math.min(2 * oneIn, 1 << 30);
            allowance = Math.max(allowance / 2, 1);
            taken = 0;
        }
        if (ends++ % oneIn != 0) {
            return 0;
        }
        taken++;
        return oneIn;
    }

    private void begin(long nowNanos) {
        long perWindow = ends;
        if (nowNanos - windowNanos >= 2 * WINDOW_NANOS) {
            perWindow = 0; // nothing ended in the second before
        }
        oneIn = 1;
        while (perWindow / oneIn > budget) {
            oneIn *= 2;
        }
        windowNanos = nowNanos;
        ends = 0;
        allowance = budget;
        taken = 0;
    }

    /** The rate in force. */
    int oneIn() {
        return oneIn;
    }
}
