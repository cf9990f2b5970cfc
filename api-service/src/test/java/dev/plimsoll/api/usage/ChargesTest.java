package dev.plimsoll.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.price.Decimal;
import dev.plimsoll.api.price.Price;
import dev.plimsoll.api.price.PriceList;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChargesTest {
    private static final Instant ALWAYS = Instant.parse("2020-01-01T00:00:00Z");
    private static final PriceList PRICES = list(ALWAYS, null, "0.01304166667", "0.01792916667");

    @ParameterizedTest
    @CsvSource({
        "2026-02, 2419200, 8.76400000224, 8.76400000224",
        "2028-02, 2505600, 9.07700000232, 9.07700000232",
        "2026-11, 2592000, 9.3900000024, 9.3900000024",
        "2026-12, 2678400, 9.70300000248, 9.3900000024",
    })
    void aWholeMonthCostsItsHoursAndPrepaidAtMost720OfThem(
            YearMonth month, long seconds, String payAsYouGo, String prepaid) {
        var use = List.of(use("p10", "2026-01-01T00:00:00Z", null));
        var span = Span.of(month);

        var all = Total.of(charges(PriceModel.PAY_AS_YOU_GO, PRICES).of(use, span));
        var capped = Total.of(charges(PriceModel.PREPAID, PRICES).of(use, span));

        assertThat(all.seconds()).isEqualTo(seconds);
        assertThat(capped.seconds()).isEqualTo(seconds);
        assertThat(euros(all)).isEqualTo(payAsYouGo);
        assertThat(euros(capped)).isEqualTo(prepaid);
    }

    @Test
    void whatIsBeyondTheCapIsTheLastOfTheMonth() {
        var use = List.of(use("p10", "2026-12-01T00:00:00Z", "2027-01-02T00:00:00Z"));

        var charges =
                charges(PriceModel.PREPAID, PRICES)
                        .of(use, span("2026-12-30T12:00:00Z", "2027-01-02T00:00:00Z"));

        assertThat(told(charges))
                .containsExactly(
                        "p10 2026-12-30T12:00:00Z 43200 0.15650000004",
                        "p10 2026-12-31T00:00:00Z 86400 0 beyond",
                        "p10 2027-01-01T00:00:00Z 86400 0.31300000008");
    }

    @Test
    void theCapCountsAllPlansOfTheMonthTogether() {
        var use =
                List.of(
                        use("p10", "2026-12-01T00:00:00Z", "2026-12-30T12:00:00Z"),
                        use("p50", "2026-12-30T12:00:00Z", null));

        var charges = charges(PriceModel.PREPAID, PRICES).of(use, Span.of(YearMonth.of(2026, 12)));

        assertThat(told(charges))
                .containsExactly(
                        "p10 2026-12-01T00:00:00Z 2548800 9.23350000236",
                        "p50 2026-12-30T12:00:00Z 43200 0.21515000004",
                        "p50 2026-12-31T00:00:00Z 86400 0 beyond");
    }

    @Test
    void planThatChangesInMidHourIsChargedToTheSecond() {
        var use =
                List.of(
                        use("p10", "2026-11-21T09:00:00Z", "2026-11-21T09:20:01Z"),
                        use("p50", "2026-11-21T09:20:01Z", "2026-11-21T10:00:00Z"));

        var charges =
                charges(PriceModel.PAY_AS_YOU_GO, PRICES).of(use, Span.of(YearMonth.of(2026, 11)));

        assertThat(told(charges))
                .containsExactly(
                        // 0.01304166667 * 1201 / 3600 and 0.01792916667 * 2399 / 3600
                        "p10 2026-11-21T09:00:00Z 1201 0.004350844909",
                        "p50 2026-11-21T09:20:01Z 2399 0.011947797456");
        assertThat(Total.of(charges).seconds()).isEqualTo(3600);
    }

    @Test
    void aSecondCostsWhatWasInForceWhenItBegan() {
        var change = Instant.parse("2026-11-10T00:00:00.5Z");
        var use = List.of(use("p10", "2026-11-09T23:00:00Z", "2026-11-10T01:00:00Z"));

        var charges =
                charges(
                                PriceModel.PAY_AS_YOU_GO,
                                list(ALWAYS, change, "1", "2"),
                                list(change, null, "3.6", "2"))
                        .of(use, Span.of(YearMonth.of(2026, 11)));

        assertThat(told(charges))
                .containsExactly(
                        "p10 2026-11-09T23:00:00Z 3601 1.000277777778",
                        "p10 2026-11-10T00:00:01Z 3599 3.599");
    }

    @Test
    void whatHadNoPriceCostsNothingAndIsToldAllTheSame() {
        var use = List.of(use("p10", "2026-11-09T23:00:00Z", "2026-11-10T01:00:00Z"));
        var since = Instant.parse("2026-11-10T00:00:00Z");

        var charges =
                charges(PriceModel.PAY_AS_YOU_GO, list(since, null, "1", "2"))
                        .of(use, Span.of(YearMonth.of(2026, 11)));

        assertThat(told(charges))
                .containsExactly(
                        "p10 2026-11-09T23:00:00Z 3600 0", "p10 2026-11-10T00:00:00Z 3600 1");
        assertThat(charges.getFirst().price()).isNull();
    }

    @Test
    void whatGoesOnIsChargedUntilNowAndNothingThatIsToCome() {
        var now = Instant.parse("2026-11-10T01:00:00Z");
        var use =
                List.of(
                        use("p10", "2026-11-10T00:00:00Z", "2026-11-10T00:30:00Z"),
                        use("p50", "2026-11-10T00:30:00Z", null));
        var charges = new Charges(tariff(PRICES), _ -> PriceModel.PAY_AS_YOU_GO, now);

        assertThat(Total.of(charges.of(use, Span.of(YearMonth.of(2026, 11)))).seconds())
                .isEqualTo(3600);
        var ahead = List.of(use("p10", "2026-11-10T02:00:00Z", null));
        assertThat(charges.of(ahead, Span.of(YearMonth.of(2026, 11)))).isEmpty();
    }

    /** However a time is cut, its parts add up to the whole, but for what rounding each may do. */
    @Test
    void partsAddUpToTheWhole() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        var use =
                List.of(
                        use("p10", "2026-01-10T00:00:00Z", "2026-12-20T07:08:09Z"),
                        use("p50", "2026-12-20T07:08:09Z", "2027-02-01T00:00:00Z"));
        var whole = span("2026-10-01T00:00:00Z", "2027-02-01T00:00:00Z");
        var charges = charges(PriceModel.PREPAID, PRICES);
        var expected = Total.of(charges.of(use, whole));
        for (int i = 0; i < 200; i++) {
            var cut = whole.from().plusSeconds(random.nextLong(whole.seconds()));
            var before = Total.of(charges.of(use, new Span(whole.from(), cut)));
            var after = Total.of(charges.of(use, new Span(cut, whole.to())));

            var sum = before.plus(after);

            assertThat(sum.seconds()).isEqualTo(expected.seconds());
            assertThat(sum.costs().get("EUR").subtract(expected.costs().get("EUR")).abs())
                    .as("cut at %s", cut)
                    .isLessThanOrEqualTo(new BigDecimal("0.000000000002"));
        }
    }

    private static Charges charges(PriceModel model, PriceList... lists) {
        return new Charges(tariff(lists), _ -> model, Instant.parse("2030-01-01T00:00:00Z"));
    }

    private static Tariff tariff(PriceList... lists) {
        return new Tariff(List.of(lists));
    }

    private static PriceList list(Instant from, Instant to, String p10, String p50) {
        var prices =
                List.of(
                        new Price("p10", new BigDecimal(p10)),
                        new Price("p50", new BigDecimal(p50)));
        return new PriceList(UUID.randomUUID(), "eu01", "EUR", from, to, from, prices);
    }

    private static Interval use(String planId, String from, String to) {
        return new Interval(planId, Instant.parse(from), to == null ? null : Instant.parse(to));
    }

    private static Span span(String from, String to) {
        return new Span(Instant.parse(from), Instant.parse(to));
    }

    private static String euros(Total total) {
        return Decimal.of(total.costs().get("EUR"));
    }

    private static List<String> told(List<Charge> charges) {
        return charges.stream()
                .map(it ->
                        "%s %s %d %s%s"
                                .formatted(
                                        it.planId(),
                                        it.span().from(),
                                        it.span().seconds(),
                                        Decimal.of(it.cost()),
                                        it.isBeyondCap() ? " beyond" : ""))
                .toList();
    }
}
