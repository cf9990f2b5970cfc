package dev.plimsoll.provisioner.work;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Knows whether every load balancer that lived at start has been looked at since, so that the
 * status in the database tells the truth again. One that still waits (for its agents to dial in
 * again) is given a little patience first.
 */
public final class FirstPass {
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final InstantSource clock;
    private final Duration patience;
    private final Set<LoadBalancerId> unseen = ConcurrentHashMap.newKeySet();
    private final Set<LoadBalancerId> waiting = ConcurrentHashMap.newKeySet();
    private volatile int expected;
    private volatile Instant started = Instant.MAX;

    public FirstPass(InstantSource clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /** To be called before any of them can be looked at. */
    public void begin(Collection<LoadBalancerId> living) {
        expected = living.size();
        unseen.addAll(living);
        started = clock.instant();
    }

    /** How many there were at the start. */
    public int expected() {
        return expected;
    }

    void seen(LoadBalancerId id, Outcome outcome) {
        switch (outcome) {
            case Outcome.Converged _, Outcome.Rejected _ -> waiting.remove(id);
            case Outcome.RetryAfter _, Outcome.LookAgain _ -> {
                if (unseen.contains(id)) {
                    waiting.add(id);
                }
            }
        }
        unseen.remove(id);
    }

    public boolean isDone() {
        return unseen.isEmpty()
                && started != Instant.MAX
                && (waiting.isEmpty() || isPatienceOver());
    }

    /** False if it was not done in time. */
    public boolean await(Duration atMost) throws InterruptedException {
        var deadline = System.nanoTime() + atMost.toNanos();
        while (!isDone()) {
            var left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(Math.min(left, LOOK_EVERY.toNanos()));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }

    private boolean isPatienceOver() {
        return clock.instant().isAfter(started.plus(patience));
    }
}
