package dev.plimsoll.api.price;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The prices of a region.
 *
 * @param validTo the first moment at which it is not valid any more; null until further notice
 * @param prices in the order of the plans' sizes
 */
public record PriceList(
        UUID id,
        String region,
        String currency,
        Instant validFrom,
        @Nullable Instant validTo,
        Instant createdAt,
        List<Price> prices) {
    public PriceList {
        prices = List.copyOf(prices);
    }

    /**
     * Of another plan; empty where one of them has no price.
     *
     * @param before null for none, as for what is created
     * @param after null for none, as for what is removed
     */
    public Optional<CostChange> change(@Nullable String before, @Nullable String after) {
        return hourly(before)
                .flatMap(from -> hourly(after).map(to -> new CostChange(currency, from, to)));
    }

    private Optional<BigDecimal> hourly(@Nullable String planId) {
        return planId == null
                ? Optional.of(BigDecimal.ZERO)
                : prices.stream()
                        .filter(price -> price.planId().equals(planId))
                        .map(Price::hourly)
                        .findFirst();
    }
}
