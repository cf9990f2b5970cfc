package dev.plimsoll.agent.engine;

/**
 * Lets one of so many ends of a kind have a record, so that there are not more records in a second
 * than is budgeted: the rate follows from the second before, and doubles where that was too little.
 * In the second in which a burst begins there are at most twice as many. Of one event loop.
 */
final class FlowSampler {
    private static final long WINDOW_NANOS = 1_000_000_000;
    private static final int MOST = 1 << 30;

    private final int budget;
    private volatile long windowNanos;
    private long ends;
    private volatile int oneIn = 1;
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
        int rate = oneIn;
        if (taken == allowance) {
            rate = Math.min(2 * rate, MOST);
            oneIn = rate;
            allowance = Math.max(allowance / 2, 1);
            taken = 0;
        }
        if (ends++ % rate != 0) {
            return 0;
        }
        taken++;
        return rate;
    }

    private void begin(long nowNanos) {
        long perWindow = ends;
        if (nowNanos - windowNanos >= 2 * WINDOW_NANOS) {
            perWindow = 0; // nothing ended in the second before
        }
        int rate = 1;
        while (perWindow / rate > budget) {
            rate *= 2;
        }
        oneIn = rate;
        windowNanos = nowNanos;
        ends = 0;
        allowance = budget;
        taken = 0;
    }

    /** The rate in force. Any thread. */
    int oneIn(long nowNanos) {
        return nowNanos - windowNanos >= 2 * WINDOW_NANOS ? 1 : oneIn;
    }
}
