package dev.plimsoll.api.price.web;

import dev.plimsoll.api.price.Decimal;
import dev.plimsoll.api.price.Price;
import dev.plimsoll.openapi.model.PlanPriceDto;
import java.util.List;

/** Money is answered as exact decimal strings, without zeros that mean nothing. */
final class ToDto {
    private ToDto() {}

    static List<PlanPriceDto> prices(List<Price> prices) {
        return prices.stream()
                .map(price ->
                        new PlanPriceDto(
                                price.planId(),
                                Decimal.of(price.hourly()),
                                Decimal.of(price.monthly())))
                .toList();
    }
}
