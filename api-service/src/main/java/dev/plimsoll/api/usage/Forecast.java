package dev.plimsoll.api.usage;

import java.time.Instant;
import java.time.YearMonth;

/**
 * What the current month costs.
 *
 * @param running how many load balancers are in use now
 * @param expected at its end, if nothing changes
 */
public record Forecast(
        YearMonth month,
        Instant at,
        PriceModel priceModel,
        int running,
        Total soFar,
        Total expected) {

    /** Adds one load balancer after another. */
    static final class Sums {
        private final Span month;
        private final Charges untilNow;
        private final Charges untilTheEnd;
        private Total soFar = Total.NOTHING;
        private Total expected = Total.NOTHING;
        private int running;

        Sums(Span month, Charges untilNow, Charges untilTheEnd) {
            this.month = month;
            this.untilNow = untilNow;
            this.untilTheEnd = untilTheEnd;
        }

        void add(UsedLoadBalancer loadBalancer) {
            var intervals = loadBalancer.intervals();
            soFar = soFar.plus(Total.of(untilNow.of(intervals, month)));
            expected = expected.plus(Total.of(untilTheEnd.of(intervals, month)));
            running += loadBalancer.isRunning() ? 1 : 0;
        }

        Forecast of(Instant now, PriceModel priceModel) {
            return new Forecast(Span.month(now), now, priceModel, running, soFar, expected);
        }
    }
}
