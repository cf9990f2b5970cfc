package dev.plimsoll.api.usage;

import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes charges of one load balancer's intervals. They are reckoned from the beginning of each
 * month, whatever part of it is asked for: what is beyond the cap depends on what was before.
 *
 * @param until the end of what goes on
 */
record Charges(Tariff tariff, Function<YearMonth, PriceModel> priceModels, Instant until) {

    List<Charge> of(List<Interval> intervals, Span asked) {
        var charges = new ArrayList<Charge>();
        for (var month : asked.months()) {
            charges.addAll(ofMonth(month, intervals, asked));
        }
        return charges;
    }

    private List<Charge> ofMonth(YearMonth month, List<Interval> intervals, Span asked) {
        var charges = new ArrayList<Charge>();
        var model = priceModels.apply(month);
        long left = model.secondsOfAMonth();
        for (var interval : intervals) {
            var used = interval.until(until).within(Span.of(month));
            var paid = used.first(left);
            var beyond = new Span(paid.to(), used.to());
            left -= paid.seconds();
            for (var span : tariff.cut(paid.within(asked))) {
                charges.add(charge(interval.planId(), span, model, false));
            }
            for (var span : tariff.cut(beyond.within(asked))) {
                charges.add(charge(interval.planId(), span, model, true));
            }
        }
        return charges;
    }

    private Charge charge(String planId, Span span, PriceModel model, boolean beyondCap) {
        var price = tariff.at(span.from(), planId).orElse(null);
        return new Charge(planId, span, model, beyondCap, price);
    }
}
