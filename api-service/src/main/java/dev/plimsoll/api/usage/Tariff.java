package dev.plimsoll.api.usage;

import dev.plimsoll.api.price.PriceList;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The price lists of one region, which are valid one after the other. */
record Tariff(List<PriceList> lists) {
    Tariff {
        lists = List.copyOf(lists);
    }

    /** A second has the price that was in force when it began. */
    Optional<UnitPrice> at(Instant second, String planId) {
        return lists.stream()
                .filter(list -> !list.validFrom().isAfter(second))
                .filter(list -> list.validTo() == null || list.validTo().isAfter(second))
                .flatMap(list ->
                        list.prices().stream()
                                .filter(price -> price.planId().equals(planId))
                                .map(price ->
                                        new UnitPrice(list.id(), list.currency(), price.hourly())))
                .findFirst();
    }

    /** Cut where another list begins to be valid. */
    List<Span> cut(Span span) {
        if (span.isEmpty()) {
            return List.of();
        }
        var bounds = new TreeSet<>(List.of(span.from(), span.to()));
        lists.stream()
                .flatMap(list -> Stream.of(list.validFrom(), list.validTo()))
                .filter(Objects::nonNull)
                .map(Tariff::firstSecond)
                .filter(at -> at.isAfter(span.from()) && at.isBefore(span.to()))
                .forEach(bounds::add);
        var all = List.copyOf(bounds);
        return Stream.iterate(1, i -> i < all.size(), i -> i + 1)
                .map(i -> new Span(all.get(i - 1), all.get(i)))
                .toList();
    }

    private static Instant firstSecond(Instant at) {
        var second = at.truncatedTo(ChronoUnit.SECONDS);
        return second.equals(at) ? second : second.plusSeconds(1);
    }
}
