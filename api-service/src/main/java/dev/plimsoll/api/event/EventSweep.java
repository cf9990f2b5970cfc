package dev.plimsoll.api.event;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Removes old events from time to time; any number of replicas may. */
@Component
final class EventSweep implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(EventSweep.class);
    private static final int PERIOD_MINUTES = 10;
    private static final int BATCH = 1_000;

    private final Events events;
    private final EventSettings settings;
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("event-sweep").factory());

    EventSweep(Events events, EventSettings settings) {
        this.events = events;
        this.settings = settings;
        var _ =
                sweeper.scheduleWithFixedDelay(
                        this::sweep, PERIOD_MINUTES, PERIOD_MINUTES, TimeUnit.MINUTES);
    }

    /** In small steps, for a removal holds streams up like any other write. */
    void sweep() {
        try {
            boolean more = true;
            while (more) {
                more = events.sweep(settings.keep(), BATCH);
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.atDebug().setCause(e).log("Cannot remove old events now");
        }
    }

    @Override
    public void destroy() {
        sweeper.shutdownNow();
    }
}
