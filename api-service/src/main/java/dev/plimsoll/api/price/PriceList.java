package dev.plimsoll.api.price;

import java.time.Instant;
import java.util.List;
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
}
