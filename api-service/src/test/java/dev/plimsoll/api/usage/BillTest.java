package dev.plimsoll.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Past;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BillTest extends ApiTest {
    private static final String MARCH = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z";

    private Past past;
    private UUID web;

    @BeforeEach
    void someLoadBalancers() {
        past = new Past(jdbc, project.projectId());
        var gone = ran("eu01", "web", "p10", "2026-03-05T00:00:00Z", Map.of());
        past.isDeleted(gone, Instant.parse("2026-03-06T00:00:00Z"));
        var before = ran("eu01", "before", "p10", "2026-02-05T00:00:00Z", Map.of());
        past.isDeleted(before, Instant.parse("2026-03-01T00:00:00Z"));
        var labels = Map.of("team", "shop \"A\", B", "env", "");
        web = ran("eu01", "web", "p10", "2026-02-01T00:00:00Z", labels);
        past.changes(web, "p50", Instant.parse("2026-03-16T00:20:01Z"), labels);
        ran("eu02", "other", "p250", "2026-03-30T23:59:59Z", Map.of());
    }

    @Test
    void csvHasALineForEachCharge() {
        var answer = api.get(bill("2026-03:csv")).isOk();
        assertThat(answer.header("Content-Type")).isEqualTo("text/csv;charset=UTF-8");
        var csv = CsvText.parse(answer.text());
        assertThat(csv.column("loadBalancer")).containsExactly("web", "web", "web", "other");
        assertThat(csv.column("planId")).containsExactly("p10", "p10", "p50", "p250");
        assertThat(csv.column("region")).containsExactly("eu01", "eu01", "eu01", "eu02");
        assertThat(csv.column("seconds")).containsExactly("86400", "1297201", "1381199", "86401");
        assertThat(csv.column("labels").get(1))
                .isEqualTo("{\"env\":\"\",\"team\":\"shop \\\"A\\\", B\"}");
        assertThat(sum(csv, "cost")).isEqualByComparingTo(costOf("eu01").add(costOf("eu02")));
        assertThat(CsvText.parse(api.get(bill("2026-03:csv?region=eu02")).text()).rows())
                .hasSize(1);
    }

    @Test
    void focusHasTheColumnsOfTheSpecificationAndValuesThatFitThem() {
        var focus = focus("2026-03:focus");
        var columns = FocusColumn.all();
        var known = columns.stream().map(FocusColumn::name).toList();
        assertThat(known).hasSize(57).containsSubsequence(focus.header());
        assertThat(focus.header())
                .containsAll(
                        columns.stream()
                                .filter(FocusColumn::isMandatory)
                                .map(FocusColumn::name)
                                .toList());
        assertThat(focus.rows()).hasSize(4);
        for (var row : focus.rows()) {
            var faults =
                    columns.stream()
                            .filter(it -> row.containsKey(it.name()))
                            .flatMap(it -> it.fault(row.get(it.name())).stream());
            assertThat(faults).isEmpty();
        }
    }

    /** Conditional columns whose condition this service meets. */
    @Test
    void focusHasTheConditionalColumnsThatApply() {
        assertThat(focus("2026-03:focus").header())
                .contains(
                        "ConsumedQuantity",
                        "ConsumedUnit",
                        "ListUnitPrice",
                        "PricingCategory",
                        "RegionId",
                        "RegionName",
                        "ResourceId",
                        "ResourceName",
                        "ResourceType",
                        "SkuId",
                        "SkuMeter",
                        "SkuPriceDetails",
                        "SkuPriceId",
                        "Tags");
    }

    @Test
    void focusSaysWhatTheBillSays() {
        var focus = focus("2026-03:focus");
        assertThat(sum(focus, "BilledCost"))
                .isEqualByComparingTo(costOf("eu01").add(costOf("eu02")));
        assertThat(focus.column("ChargePeriodStart").get(1)).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(focus.column("ChargePeriodEnd").get(1)).isEqualTo("2026-03-16T00:20:01Z");
        assertThat(focus.column("BillingPeriodStart")).containsOnly("2026-03-01T00:00:00Z");
        assertThat(focus.column("BillingPeriodEnd")).containsOnly("2026-04-01T00:00:00Z");
        assertThat(focus.column("ResourceId").get(1)).isEqualTo(web.toString());
        assertThat(focus.column("Tags").get(1)).contains("\"team\":\"shop \\\"A\\\", B\"");
        assertThat(focus.column("Tags").getLast()).isEqualTo("-");
        assertThat(focus.column("BillingAccountName")).containsOnly("test");
        assertThat(focus.column("RegionName").getLast()).isEqualTo("Region EU02");
    }

    @Test
    void focusPriceTimesQuantityIsTheListCost() {
        for (var row : focus("2026-03:focus").rows()) {
            var product = number(row, "ListUnitPrice").multiply(number(row, "PricingQuantity"));
            assertThat(product.setScale(12, RoundingMode.HALF_UP))
                    .isEqualByComparingTo(number(row, "ListCost"));
        }
    }

    @Test
    void focusShowsWhatIsBeyondTheCapForNothing() {
        jdbc.sql("INSERT INTO project_price_model VALUES (?, '2026-03-01', 'PREPAID')")
                .param(project.projectId())
                .update();

        var focus = focus("2026-03:focus?region=eu01");

        assertThat(focus.column("ChargePeriodStart")).contains("2026-03-31T00:00:00Z");
        int last = focus.column("ChargePeriodStart").indexOf("2026-03-31T00:00:00Z");
        assertThat(focus.column("BilledCost").get(last)).isEqualTo("0");
        assertThat(focus.column("ListCost").get(last)).isEqualTo("0.43030000008");
        assertThat(focus.column("ChargeDescription").get(last)).contains("beyond 720 hours");
    }

    @Test
    void whatHadNoPriceIsNoChargeOfFocus() {
        jdbc.sql("INSERT INTO region VALUES ('bi01', 'Bill') ON CONFLICT DO NOTHING").update();
        ran("bi01", "free", "p10", "2026-03-01T00:00:00Z", Map.of());

        var csv = CsvText.parse(api.get(bill("2026-03:csv?region=bi01")).isOk().text());

        assertThat(csv.column("cost")).containsExactly("0");
        assertThat(csv.column("currency")).containsExactly("-");
        assertThat(focus("2026-03:focus?region=bi01").rows()).isEmpty();
    }

    @Test
    void onlyMonthsThatHaveBegunHaveABill() {
        for (var month : List.of("2999-01", "2026-13", "2026-1", "last")) {
            api.get(bill(month + ":csv")).isProblem(404, 5);
            api.get(bill(month + ":focus")).isProblem(404, 5);
        }
        api.get(bill("2026-03:csv?region=xx99")).isProblem(404, 5);
        assertThat(focus("2025-01:focus").rows()).isEmpty();
    }

    private String bill(String which) {
        return "/v2/projects/" + project.projectId() + "/bills/" + which;
    }

    private CsvText focus(String which) {
        return CsvText.parse(api.get(bill(which)).isOk().text());
    }

    private BigDecimal costOf(String region) {
        Answer summary = api.inRegion(region).get("usage/summary?" + MARCH).isOk();
        return new BigDecimal(summary.string("/costs/0/amount"));
    }

    private static BigDecimal sum(CsvText csv, String column) {
        return csv.column(column).stream()
                .map(BigDecimal::new)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal number(Map<String, Optional<String>> row, String column) {
        return new BigDecimal(row.get(column).orElseThrow());
    }

    private UUID ran(
            String region, String name, String planId, String from, Map<String, String> labels) {
        var begin = Instant.parse(from);
        var id = past.orders(region, name, planId, begin, labels);
        past.becomesReady(id, begin);
        return id;
    }
}
