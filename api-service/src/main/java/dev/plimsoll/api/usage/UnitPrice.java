package dev.plimsoll.api.usage;

import java.math.BigDecimal;
import java.util.UUID;

/** What an hour of a plan costs by a price list. */
public record UnitPrice(UUID priceListId, String currency, BigDecimal hourly) {}
