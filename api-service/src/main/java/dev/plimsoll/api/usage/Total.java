package dev.plimsoll.api.usage;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** How long, and what it cost in each currency. */
public record Total(long seconds, SortedMap<String, BigDecimal> costs) {
    static final Total NOTHING = new Total(0, new TreeMap<>());

    public Total {
        costs = Collections.unmodifiableSortedMap(new TreeMap<>(costs));
    }

    static Total of(List<Charge> charges) {
        long seconds = 0;
        var costs = new TreeMap<String, BigDecimal>();
        for (var charge : charges) {
            seconds += charge.span().seconds();
            var price = charge.price();
            if (price != null) {
                costs.merge(price.currency(), charge.cost(), BigDecimal::add);
            }
        }
        return new Total(seconds, costs);
    }

    Total plus(Total other) {
        var sum = new TreeMap<>(costs);
        other.costs.forEach((currency, amount) -> sum.merge(currency, amount, BigDecimal::add));
        return new Total(seconds + other.seconds, sum);
    }
}
