package dev.plimsoll.api.write;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Removes expired keys from time to time; any number of replicas may. */
@Component
final class IdempotencySweep implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencySweep.class);
    private static final int PERIOD_MINUTES = 10;
    private static final int BATCH = 1_000;

    private final Idempotency idempotency;
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("idempotency-sweep").factory());

    IdempotencySweep(Idempotency idempotency) {
        this.idempotency = idempotency;
        var _ =
                sweeper.scheduleWithFixedDelay(
                        this::sweep, PERIOD_MINUTES, PERIOD_MINUTES, TimeUnit.MINUTES);
    }

    private void sweep() {
        try {
            boolean more = true;
            while (more) {
                more = idempotency.sweep(BATCH);
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.atDebug().setCause(e).log("Cannot remove expired idempotency keys now");
        }
    }

    @Override
    public void destroy() {
        sweeper.shutdownNow();
    }
}
