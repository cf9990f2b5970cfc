package dev.plimsoll.provisioner.work;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes idle workers, one for each reason, and never piles up more reasons than workers. */
final class WorkSignal {
    private final Semaphore reasons = new Semaphore(0);
    private final int most;

    WorkSignal(int workers) {
        this.most = workers;
    }

    void wake() {
        if (reasons.availablePermits() < most) {
            reasons.release();
        }
    }

    void await(Duration atMost) throws InterruptedException {
        var _ = reasons.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
