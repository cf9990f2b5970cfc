package dev.plimsoll.api.metrics;

import dev.plimsoll.api.metrics.TrafficRows.Hour;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Makes points of 5 min out of slots of 5 s before those are overwritten: each load balancer has
 * its turn twice an hour. The same again changes nothing, so that any number of replicas may.
 */
@Component
final class TrafficRollUp implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficRollUp.class);
    private static final int TURNS = 30;

    /** Some 200 rows of slots each. */
    private static final int AT_ONCE = 20;

    private final TrafficRows rows;
    private final InstantSource clock;
    private final Counter rolledUp;
    private final Counter failures;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("traffic-roll-up").factory());

    TrafficRollUp(TrafficRows rows, InstantSource apiClock, MeterRegistry meters) {
        this.rows = rows;
        this.clock = apiClock;
        this.rolledUp =
                Counter.builder("plimsoll.series.rolled.up")
                        .description("Load balancers whose figures were rolled up")
                        .register(meters);
        this.failures =
                Counter.builder("plimsoll.series.rollup.failures")
                        .description("Rounds of rolling figures up that failed")
                        .register(meters);
        var _ = thread.scheduleAtFixedRate(this::takeTurn, 1, 1, TimeUnit.MINUTES);
    }

    private void takeTurn() {
        try {
            var now = clock.instant();
            rollUp(rows.living((int) (minute(now) % TURNS), TURNS), now);
        } catch (DataAccessException | TransactionException e) {
            failures.increment();
            LOG.atDebug().setCause(e).log("Cannot roll figures up now; the next turn will");
        } catch (RuntimeException e) {
            failures.increment();
            LOG.atError().setCause(e).log("Cannot roll figures up");
        }
    }

    private static long minute(Instant now) {
        return now.getEpochSecond() / Duration.ofMinutes(1).toSeconds();
    }

    void rollUp(List<UUID> loadBalancerIds, Instant now) {
        for (int i = 0; i < loadBalancerIds.size(); i += AT_ONCE) {
            var some = loadBalancerIds.subList(i, Math.min(i + AT_ONCE, loadBalancerIds.size()));
            rows.write(hours(some, now));
            rows.removeOlder(some, minute(now));
            rolledUp.increment(some.size());
        }
    }

    /** All points that have ended and that no slot is missing of because it was overwritten. */
    private List<Hour> hours(List<UUID> loadBalancerIds, Instant now) {
        int slots = Resolution.COARSE.slots();
        long firstSlot = (minute(now) - TrafficRows.MINUTES) * TrafficRows.SLOTS_OF_A_MINUTE;
        long first = Math.ceilDiv(firstSlot, (long) slots);
        long end = now.getEpochSecond() / Resolution.COARSE.point().toSeconds();
        var hours = new ArrayList<Hour>();
        rows.timelines(loadBalancerIds, first * slots, end * slots)
                .forEach((id, timeline) -> {
                    var byHour = new HashMap<Integer, Map<Integer, Point>>();
                    for (long number = first; number < end; number++) {
                        int hour = Math.toIntExact(number / TrafficRows.POINTS_OF_AN_HOUR);
                        int place = (int) (number % TrafficRows.POINTS_OF_AN_HOUR);
                        timeline.point(number * slots, slots)
                                .ifPresent(point ->
                                        byHour.computeIfAbsent(hour, _ -> new HashMap<>())
                                                .put(place, point));
                    }
                    byHour.forEach((hour, points) -> hours.add(new Hour(id, hour, points)));
                });
        return hours;
    }

    @Override
    public void destroy() {
        thread.shutdownNow();
    }
}
