package dev.plimsoll.provisioner.reconcile;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Ends a pass right after its n-th step, once. */
final class CrashAfter implements Consumer<Step> {
    private final AtomicInteger left;

    CrashAfter(int steps) {
        this.left = new AtomicInteger(steps);
    }

    boolean hasHappened() {
        return left.get() < 0;
    }

    @Override
    public void accept(Step step) {
        if (left.getAndDecrement() == 0) {
            throw new IllegalStateException("crash on purpose after " + step);
        }
    }
}
