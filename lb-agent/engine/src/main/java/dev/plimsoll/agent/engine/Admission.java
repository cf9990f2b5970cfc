package dev.plimsoll.agent.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** Slots for connections, exact over all event loops. */
final class Admission {
    private final AtomicInteger taken = new AtomicInteger();

    boolean take(int limit) {
        int now = taken.get();
        while (now < limit) {
            int witness = taken.compareAndExchange(now, now + 1);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    int taken() {
        return taken.get();
    }
}
