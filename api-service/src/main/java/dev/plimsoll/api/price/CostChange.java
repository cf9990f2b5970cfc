package dev.plimsoll.api.price;

import java.math.BigDecimal;

/** What a load balancer costs an hour before a change and after it; 0 where there is none. */
public record CostChange(String currency, BigDecimal hourlyBefore, BigDecimal hourlyAfter) {

    /** Negative where it becomes cheaper. */
    public BigDecimal hourlyDifference() {
        return hourlyAfter.subtract(hourlyBefore);
    }

    /** For as many hours as a month has in prices. */
    public BigDecimal monthlyDifference() {
        return hourlyDifference().multiply(Price.HOURS_OF_A_MONTH);
    }
}
