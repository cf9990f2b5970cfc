package dev.plimsoll.api.price;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import dev.plimsoll.api.problem.FieldErrors;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an operator wants a price list to be; null was not given. */
public record PriceListDraft(
        @Nullable String region,
        @Nullable String currency,
        @Nullable Instant validFrom,
        @Nullable Instant validTo,
        @Nullable List<Line> prices) {
    private static final int MAX_PRICES = 1000;
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
    private static final Pattern DECIMAL =
            Pattern.compile("(?:0|[1-9][0-9]{0,7})(?:\\.[0-9]{1,12})?");
    private static final Set<String> CURRENCIES =
            Currency.availableCurrencies()
                    .map(Currency::getCurrencyCode)
                    .collect(Collectors.toUnmodifiableSet());

    /** The price of one plan. */
    public record Line(@Nullable String planId, @Nullable String hourly) {
        Price price() {
            return new Price(requireNonNull(planId), new BigDecimal(requireNonNull(hourly)));
        }
    }

    void check(Instant now) {
        var errors = new FieldErrors();
        errors.required("/region", region)
                .required("/currency", currency)
                .required("/prices", prices);
        if (currency != null && !CURRENCIES.contains(currency)) {
            errors.add(
                    new FieldError(
                            "/currency",
                            Code.NOT_ALLOWED,
                            "must be a currency's three letters, as in ISO 4217",
                            currency,
                            null));
        }
        var from = validFrom == null ? now : validFrom;
        if (from.isBefore(now)) {
            errors.add(past("/validFrom", from, now));
        }
        checkLatest("/validFrom", validFrom).ifPresent(errors::add);
        checkLatest("/validTo", validTo).ifPresent(errors::add);
        if (validTo != null && !validTo.isAfter(from)) {
            errors.add(
                    new FieldError(
                            "/validTo",
                            Code.OUT_OF_RANGE,
                            "must be later than validFrom",
                            validTo.toString(),
                            "> " + from));
        }
        if (prices != null) {
            checkLines(prices, errors);
        }
        errors.throwIfAny();
    }

    private static void checkLines(List<Line> lines, FieldErrors errors) {
        if (lines.size() > MAX_PRICES) {
            errors.add(
                    new FieldError(
                            "/prices",
                            Code.TOO_MANY,
                            "has more than " + MAX_PRICES + " entries",
                            String.valueOf(lines.size()),
                            "1.." + MAX_PRICES));
            return;
        }
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var place = "/prices/" + i;
            errors.required(place + "/planId", line.planId())
                    .required(place + "/hourly", line.hourly())
                    .form(
                            place + "/hourly",
                            line.hourly(),
                            DECIMAL,
                            "a decimal number of up to 8 digits, a point, and up to 12 digits");
        }
    }

    /**
     * Against the plans of the region.
     *
     * @param known all of them
     * @param priced those that need a price
     */
    void checkPlans(Set<String> known, Set<String> priced) {
        var errors = new FieldErrors();
        var seen = new HashSet<String>();
        var lines = requireNonNull(prices);
        for (int i = 0; i < lines.size(); i++) {
            var planId = requireNonNull(lines.get(i).planId());
            var pointer = "/prices/" + i + "/planId";
            if (!known.contains(planId)) {
                errors.add(
                        new FieldError(
                                pointer,
                                Code.UNKNOWN_REFERENCE,
                                "is not a plan of this region",
                                planId,
                                String.join(", ", new TreeSet<>(known))));
            } else if (!seen.add(planId)) {
                errors.add(
                        new FieldError(
                                pointer, Code.DUPLICATE, "has a price already", planId, null));
            }
        }
        var missing = new TreeSet<>(priced);
        missing.removeAll(seen);
        if (!missing.isEmpty()) {
            errors.add(
                    FieldError.of(
                            "/prices",
                            Code.REQUIRED,
                            "has no price for " + String.join(", ", missing)));
        }
        errors.throwIfAny();
    }

    /** The database's calendar ends some time after. */
    static Optional<FieldError> checkLatest(String pointer, @Nullable Instant sent) {
        return sent == null || !sent.isAfter(LATEST)
                ? Optional.empty()
                : Optional.of(
                        new FieldError(
                                pointer,
                                Code.OUT_OF_RANGE,
                                "is too far in the future",
                                sent.toString(),
                                "<= " + LATEST));
    }

    static FieldError past(String pointer, Instant sent, Instant now) {
        return new FieldError(
                pointer,
                Code.OUT_OF_RANGE,
                "must not be in the past",
                sent.toString(),
                ">= " + now);
    }
}
