package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.notice.NoticeListener;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Waits, for a while, until what was written is served, so that the answer to a write can say so.
 * Woken by the provisioner's notifications; holds no connection while it waits; when too many wait
 * already, it does not.
 */
@Component
public class Settling implements NoticeListener {
    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);
    private static final String CHANNEL = "plimsoll_status";

    /** In case a notification is lost. */
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(1);

    private final LoadBalancerReads reads;
    private final Semaphore room;
    private final Map<UUID, Set<Semaphore>> waiting = new ConcurrentHashMap<>();
    private volatile boolean isStopping;

    Settling(LoadBalancerReads reads, ApiSettings settings) {
        this.reads = reads;
        this.room = new Semaphore(settings.patience().maxWaiting());
    }

    /** What became of {@code written} within {@code patience}: itself, or a later look at it. */
    public LoadBalancerView await(LoadBalancerView written, Duration patience) {
        if (patience.isZero() || written.isSettled() || !room.tryAcquire()) {
            return written;
        }
        try {
            return wait(written, System.nanoTime() + patience.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return written;
        } catch (DataAccessException | TransactionException e) {
            // The write is safe: better an answer with its state then than an error now.
            LOG.atDebug().setCause(e).log("Cannot look at what became of a write");
            return written;
        } finally {
            room.release();
        }
    }

    private LoadBalancerView wait(LoadBalancerView written, long deadlineNanos)
            throws InterruptedException {
        var wakeUp = new Semaphore(0);
        waiting.compute(
                written.id(),
                (_, all) -> {
                    var set = all == null ? ConcurrentHashMap.<Semaphore>newKeySet() : all;
                    set.add(wakeUp);
                    return set;
                });
        try {
            while (true) {
                wakeUp.drainPermits();
                var now = reads.find(written.projectId(), written.id()).orElse(null);
                if (now == null || now.generation() != written.generation()) {
                    return written;
                }
                long left = deadlineNanos - System.nanoTime();
                if (now.isSettled() || left <= 0 || isStopping) {
                    return now;
                }
                var _ =
                        wakeUp.tryAcquire(
                                Math.min(left, LOOK_ANYWAY.toNanos()), TimeUnit.NANOSECONDS);
            }
        } finally {
            waiting.computeIfPresent(
                    written.id(),
                    (_, all) -> {
                        all.remove(wakeUp);
                        return all.isEmpty() ? null : all;
                    });
        }
    }

    @Override
    public String channel() {
        return CHANNEL;
    }

    @Override
    public void heard(String loadBalancerId) {
        UUID id;
        try {
            id = UUID.fromString(loadBalancerId);
        } catch (IllegalArgumentException _) {
            LOG.atWarn().addKeyValue("payload", loadBalancerId).log("Not a load balancer's id");
            return;
        }
        waiting.getOrDefault(id, Set.of()).forEach(Semaphore::release);
    }

    @Override
    public void mayHaveMissed() {
        waiting.values().forEach(all -> all.forEach(Semaphore::release));
    }

    @Override
    public void starting() {
        isStopping = false;
    }

    @Override
    public void stopping() {
        isStopping = true;
        mayHaveMissed();
    }
}
