package dev.plimsoll.api.price;

import java.math.BigDecimal;

/** What an hour, or 720 hours, of one load balancer of a plan cost. Decimal, exact. */
public record Price(String planId, BigDecimal hourly) {
    static final BigDecimal HOURS_OF_A_MONTH = BigDecimal.valueOf(720);

    public BigDecimal monthly() {
        return hourly.multiply(HOURS_OF_A_MONTH);
    }
}
