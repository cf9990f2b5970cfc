package dev.plimsoll.provisioner.gateway;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** How long an agent takes to put in force what it was sent. */
final class PushWatch {
    private final Timer timer;
    private long revision;
    private long sentNanos;

    PushWatch(Timer timer) {
        this.timer = timer;
    }

    void sent(long sentRevision) {
        revision = sentRevision;
        sentNanos = System.nanoTime();
    }

    /** One that was sent before does not count, nor one that the agent had on its disk. */
    void applied(long appliedRevision) {
        if (revision == appliedRevision && appliedRevision != 0) {
            timer.record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS);
            revision = 0;
        }
    }
}
