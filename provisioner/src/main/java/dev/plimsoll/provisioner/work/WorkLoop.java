package dev.plimsoll.provisioner.work;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers: each claims what is due, has it reconciled, and puts it back or away. Woken by
 * {@link #wake}; a poll is the safety net. Leases are renewed from a thread of their own.
 */
public final class WorkLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkLoop.class);
    private static final Duration FIRST_DELAY_AFTER_ERROR = Duration.ofSeconds(1);
    private static final Duration FIRST_DELAY_AFTER_REJECTION = Duration.ofSeconds(1);

    /** As the API says of what is unfinished. */
    private static final Duration LATE = Duration.ofSeconds(30);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final WorkQueue queue;
    private final Reconciler reconciler;
    private final WorkSettings settings;
    private final WorkMeters meters;
    private final FirstPass firstPass;
    private final Backoff backoff;
    private final WorkSignal signal;
    private final Set<Lease> held = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock =
            Executors.newScheduledThreadPool(
                    2, Thread.ofPlatform().daemon().name("work-clock-", 0).factory());
    private final Outage outage = new Outage("The work queue");

    public WorkLoop(
            WorkQueue queue,
            Reconciler reconciler,
            WorkSettings settings,
            MeterRegistry registry,
            FirstPass firstPass) {
        this.queue = queue;
        this.reconciler = reconciler;
        this.settings = settings;
        this.meters = new WorkMeters(registry);
        this.firstPass = firstPass;
        this.backoff = new Backoff(settings.maxDelay(), RandomGenerator.getDefault());
        this.signal = new WorkSignal(settings.workers());
    }

    public void start() {
        for (int i = 0; i < settings.workers(); i++) {
            workers.execute(this::work);
        }
        var third = settings.lease().toMillis() / 3;
        clock.scheduleWithFixedDelay(this::renew, third, third, TimeUnit.MILLISECONDS);
        resyncIn(settings.resync());
    }

    /** Something may be due. Never blocks. */
    public void wake() {
        signal.wake();
    }

    @Override
    public void close() {
        stopping.countDown();
        for (int i = 0; i < settings.workers(); i++) {
            signal.wake();
        }
        workers.shutdown();
        try {
            if (!workers.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
    }

    private void work() {
        while (stopping.getCount() > 0) {
            try {
                if (!takeOne()) {
                    signal.await(settings.poll());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean takeOne() {
        try {
            var lease = queue.claim();
            outage.over();
            lease.ifPresent(this::reconcile);
            return lease.isPresent();
        } catch (LeaseLost _) {
            meters.leasesLost.increment();
            return true;
        } catch (RuntimeException e) {
            outage.began(e);
            return false;
        } catch (Error e) {
            meters.failures.increment();
            LOG.atError().setCause(e).log("A worker met an error and goes on");
            return false;
        }
    }

    private void reconcile(Lease lease) {
        held.add(lease);
        meters.held(held.size());
        try {
            var outcome = meters.reconcile.record(() -> outcomeOf(lease));
            putAway(lease, outcome);
            firstPass.seen(lease.loadBalancer(), outcome);
        } finally {
            held.remove(lease);
            meters.held(held.size());
        }
    }

    private Outcome outcomeOf(Lease lease) {
        try {
            return reconciler.reconcile(lease);
        } catch (LeaseLost e) {
            throw e;
        } catch (RuntimeException e) {
            meters.failures.increment();
            if (Outage.isOfDatabase(e)) {
                throw e; // and the lease runs out
            }
            LOG.atError()
                    .addKeyValue("loadBalancerId", lease.loadBalancer())
                    .addKeyValue("attempt", lease.attempt())
                    .setCause(e)
                    .log("A look at a load balancer failed; it will be repeated");
            return new Outcome.RetryAfter(
                    FIRST_DELAY_AFTER_ERROR, "an unexpected error of the provisioner to go away");
        }
    }

    private void putAway(Lease lease, Outcome outcome) {
        switch (outcome) {
            case Outcome.Converged _ -> queue.complete(lease);
            case Outcome.LookAgain(var in, var waitingFor) ->
                    postpone(lease, in.plusMillis(1), waitingFor);
            case Outcome.RetryAfter(var delay, var waitingFor) -> retry(lease, delay, waitingFor);
            case Outcome.Rejected(var reason) -> retry(lease, FIRST_DELAY_AFTER_REJECTION, reason);
        }
    }

    private void retry(Lease lease, Duration first, String waitingFor) {
        meters.retries.increment();
        postpone(lease, backoff.delay(first, lease.attempt()), waitingFor);
    }

    private void postpone(Lease lease, Duration delay, String waitingFor) {
        queue.postpone(lease, delay, waitingFor);
        if (delay.compareTo(settings.poll()) < 0 && stopping.getCount() > 0) {
            clock.schedule(signal::wake, delay.toMillis() + 1, TimeUnit.MILLISECONDS);
        }
    }

    private void renew() {
        try {
            queue.renew(held);
            meters.queued(queue.size(), queue.late(LATE), queue.oldest());
        } catch (RuntimeException e) {
            outage.began(e);
        }
    }

    private void resyncIn(Duration delay) {
        if (stopping.getCount() > 0) {
            clock.schedule(this::resync, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void resync() {
        var round = settings.resync();
        try {
            round = settings.round(queue.living());
            queue.enqueueSpread(round);
        } catch (RuntimeException e) {
            outage.began(e);
        } finally {
            resyncIn(round);
        }
    }
}
