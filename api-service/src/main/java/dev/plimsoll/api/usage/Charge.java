package dev.plimsoll.api.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of use of one plan at one price, within one calendar month.
 *
 * @param isBeyondCap whether the load balancer had used up what the price model has for the month
 * @param price null where the plan had none
 */
public record Charge(
        String planId,
        Span span,
        PriceModel priceModel,
        boolean isBeyondCap,
        @Nullable UnitPrice price) {
    public static final int DECIMAL_PLACES = 12;
    private static final BigDecimal SECONDS_OF_AN_HOUR = BigDecimal.valueOf(3600);

    /**
     * The one place where money is rounded: half up, to 12 places. Whatever else is answered is a
     * sum of these.
     */
    public BigDecimal listCost() {
        return price == null
                ? BigDecimal.ZERO
                : price.hourly()
                        .multiply(BigDecimal.valueOf(span.seconds()))
                        .divide(SECONDS_OF_AN_HOUR, DECIMAL_PLACES, RoundingMode.HALF_UP);
    }

    /** What is to be paid. */
    public BigDecimal cost() {
        return isBeyondCap ? BigDecimal.ZERO : listCost();
    }
}
