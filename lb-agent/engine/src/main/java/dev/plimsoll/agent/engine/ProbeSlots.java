package dev.plimsoll.agent.engine;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * How many probes of one event loop may be under way. Targets that did not answer in time when they
 * were last asked, or were never asked, have three quarters of the slots at most: however many of
 * them there are, the others are probed in their time. A probe without a slot waits for one, first
 * come, first served; a target has one probe at most, so that the queues are bounded by the
 * targets.
 */
final class ProbeSlots {

    /** Whoever waits. */
    interface Waiting {
        void onSlot();
    }

    private final int limit;
    private final int limitOfSlow;
    private final Queue<Waiting> quick = new ArrayDeque<>();
    private final Queue<Waiting> slow = new ArrayDeque<>();
    private final EngineMeters meters;
    private int taken;
    private int takenBySlow;

    ProbeSlots(int limit, EngineMeters meters) {
        this.limit = limit;
        this.limitOfSlow = Math.max(1, limit * 3 / 4);
        this.meters = meters;
    }

    void take(Waiting probe, boolean isSlow) {
        (isSlow ? slow : quick).add(probe);
        if (!hasRoom(isSlow)) {
            meters.probeDelayed();
        }
        serve();
    }

    /** For a slot that {@link Waiting#onSlot} gave, exactly once. */
    void giveBack(boolean isSlow) {
        taken--;
        if (isSlow) {
            takenBySlow--;
        }
        serve();
    }

    private void serve() {
        while (!quick.isEmpty() && hasRoom(false)) {
            taken++;
            quick.remove().onSlot();
        }
        while (!slow.isEmpty() && hasRoom(true)) {
            taken++;
            takenBySlow++;
            slow.remove().onSlot();
        }
    }

    private boolean hasRoom(boolean isSlow) {
        return taken < limit && (!isSlow || takenBySlow < limitOfSlow);
    }
}
