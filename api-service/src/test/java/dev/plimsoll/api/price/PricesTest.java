package dev.plimsoll.api.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test in a region of its own with the plans p10 and p50, made by the test. */
class PricesTest extends ApiTest {
    private static final String LISTS = "/admin/v1/price-lists";
    private static final String BOTH =
            """
            [{"planId":"p10","hourly":"0.5"},{"planId":"p50","hourly":"100"}]\
            """;
    private ApiClient operator;
    private String region;

    @BeforeEach
    void newRegion() {
        operator = with(project.operatorToken());
        int taken =
                jdbc.sql("SELECT count(*) FROM region WHERE id LIKE 'pr%'")
                        .query(Integer.class)
                        .single();
        region = "pr%02d".formatted(taken);
        jdbc.sql("INSERT INTO region VALUES (?, 'Prices')").param(region).update();
        jdbc.sql(
                        """
                        INSERT INTO plan SELECT ?, id, name, description, flavor_name,
                            max_connections FROM plan WHERE region_id = 'eu01' AND id IN ('p10', 'p50')
                        """)
                .param(region)
                .update();
    }

    @Test
    void seededPricesAreExact() {
        var prices = api.get("/v2/regions/eu01/prices").isOk().json();
        assertThat(prices.path("currency").asString()).isEqualTo("EUR");
        assertThat(prices.path("prices").findValuesAsString("planId"))
                .containsExactly("p10", "p50", "p250", "p750", "p1500");
        assertThat(prices.path("prices").findValuesAsString("hourly"))
                .containsExactly(
                        "0.01304166667",
                        "0.01792916667",
                        "0.03545277778",
                        "0.07050305556",
                        "0.14059444444");
        assertThat(prices.path("prices").findValuesAsString("monthly"))
                .containsExactly(
                        "9.3900000024",
                        "12.9090000024",
                        "25.5260000016",
                        "50.7622000032",
                        "101.2279999968");
        assertThat(
                        with(project.readerToken())
                                .get("/v2/regions/eu02/prices?at=2026-06-01T00:00:00Z")
                                .isOk()
                                .json()
                                .path("prices")
                                .findValuesAsString("hourly"))
                .containsExactly(
                        "0.01304166667", "0.01792916667", "0.03545277778", "0.07050305556");
    }

    @Test
    void listIsValidAtOnceOrFromThenOn() {
        prices("").isProblem(404, 5);
        create("").isOk();
        assertThat(prices("").isOk().json().path("prices").findValuesAsString("monthly"))
                .isEqualTo(List.of("360", "72000"));

        var next = create(",\"validFrom\":\"2090-01-01T00:00:00+01:00\"").isOk();

        assertThat(next.string("/validFrom")).isEqualTo("2089-12-31T23:00:00Z");
        assertThat(prices("").isOk().string("/validTo")).isEqualTo("2089-12-31T23:00:00Z");
        assertThat(prices("?at=2089-12-31T22:59:59.999999Z").string("/validTo")).isNotEmpty();
        assertThat(prices("?at=2089-12-31T23:00:00Z").isOk().json().has("validTo")).isFalse();
        prices("?at=2020-01-01T00:00:00Z").isProblem(404, 5);
    }

    @Test
    void validitiesDoNotOverlap() {
        create("").isOk();
        create(",\"validFrom\":\"2090-01-01T00:00:00Z\",\"validTo\":\"2091-01-01T00:00:00Z\"")
                .isProblem(409, 9);
        create(",\"validFrom\":\"2090-01-01T00:00:00Z\"").isOk();
        create(",\"validFrom\":\"2080-01-01T00:00:00Z\"").isProblem(409, 9);
        create(",\"validFrom\":\"2080-01-01T00:00:00Z\",\"validTo\":\"2081-01-01T00:00:00Z\"")
                .isProblem(409, 9);
        assertThat(prices("").string("/validTo")).isEqualTo("2090-01-01T00:00:00Z");
    }

    @Test
    void endOfAListCanBeMovedInTheFutureOnly() {
        var list = LISTS + "/" + create("").isOk().string("/priceListId");
        operator.put(list, "{\"validTo\":\"2020-01-01T00:00:00Z\"}").blames("/validTo");
        operator.put(list, "{\"validTo\":\"soon\"}").blames("/validTo");

        operator.put(list, "{\"validTo\":\"2090-01-01T00:00:00Z\"}").isOk();

        prices("?at=2090-01-01T00:00:00Z").isProblem(404, 5);
        assertThat(operator.put(list, "{}").isOk().json().has("validTo")).isFalse();
        create(",\"validFrom\":\"2090-01-01T00:00:00Z\"").isOk();
        operator.put(list, "{}").isProblem(409, 9);
    }

    @Test
    void onlyAListOfTheFutureIsDeleted() {
        var current = create("").isOk();
        var next = create(",\"validFrom\":\"2090-01-01T00:00:00Z\"").isOk();

        operator.delete(LISTS + "/" + next.string("/priceListId")).isOk();

        operator.get(LISTS + "/" + next.string("/priceListId")).isProblem(404, 5);
        operator.delete(LISTS + "/" + current.string("/priceListId")).isProblem(409, 9);
        operator.get(LISTS + "/" + current.string("/priceListId")).isOk();
    }

    @Test
    void databaseGuardsThePastToo() {
        create("").isOk();
        assertThatThrownBy(() -> sql("UPDATE price SET hourly = 1"))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> sql("UPDATE price_list SET currency = 'USD'"))
                .hasMessageContaining("only the end");
        assertThatThrownBy(() -> sql("DELETE FROM price_list"))
                .hasMessageContaining("cannot be deleted");
        assertThatThrownBy(() -> sql("UPDATE price_list SET valid_to = now() - interval '1 ms'"))
                .hasMessageContaining("past");
    }

    @Test
    void everyPlanThatCanBeOrderedNeedsAPrice() {
        post(body("[{\"planId\":\"p10\",\"hourly\":\"1\"}]", "")).blames("/prices");
        post(body(BOTH.replace("p50", "p51"), "")).blames("/prices/1/planId");
        post(body(BOTH.replace("p50", "p10"), "")).blames("/prices/1/planId");
        sql("UPDATE plan SET retired_at = now() WHERE id = 'p50'");
        post(body("[{\"planId\":\"p10\",\"hourly\":\"1\"}]", "")).isOk();
    }

    @Test
    void wrongMembersAreNamed() {
        post("{}").blames("/region");
        post(body(BOTH, "").replace(region, "xx99")).blames("/region");
        post(body(BOTH, "").replace("EUR", "EUX")).blames("/currency");
        post(body("[null]", "")).blames("/prices/0/planId");
        for (var wrong : List.of("1e3", "-1", "1,5", "0.1234567890123", "123456789", "", "1.")) {
            post(body(BOTH.replace("0.5", wrong), "")).blames("/prices/0/hourly");
        }
        post(body(BOTH.replace("\"0.5\"", "0.5"), "")).blames("/prices/0/hourly");
        create(",\"validFrom\":\"2020-01-01T00:00:00Z\"").blames("/validFrom");
        create(",\"validFrom\":\"+99999-01-01T00:00:00Z\"").blames("/validFrom");
        create(",\"validFrom\":\"2090-01-01\"").blames("/validFrom");
        create(",\"validFrom\":\"2090-01-01T00:00:00Z\",\"validTo\":\"2090-01-01T00:00:00Z\"")
                .blames("/validTo");
        prices("?at=yesterday").blames("#query/at");
        prices("?at=%2B99999-01-01T00:00:00Z").blames("#query/at");
        api.get("/v2/regions/xx99/prices").isProblem(404, 5);
        operator.get(LISTS + "/some").isProblem(404, 5);
    }

    @Test
    void listsArePagedAndTakeTwoQueries() {
        create("").isOk();
        create(",\"validFrom\":\"2090-01-01T00:00:00Z\"").isOk();
        var path = LISTS + "?pageSize=1&region=" + region;
        var first = operator.get(path).isOk();
        var second = operator.get(path + "&pageId=" + first.string("/nextPageId")).isOk();
        assertThat(second.string("/priceLists/0/validFrom")).isEqualTo("2090-01-01T00:00:00Z");
        assertThat(second.json().has("nextPageId")).isFalse();
        assertThat(statements.during(() -> operator.get(LISTS).isOk())).isEqualTo(2);
        assertThat(statements.during(() -> prices("").isOk())).isEqualTo(2);
    }

    @Test
    void exampleOfTheContractIsAccepted() {
        var example =
                new Contract()
                        .document()
                        .path("paths")
                        .path(LISTS)
                        .at("/post/requestBody/content/application~1json/examples/NextYear/value");
        assertThat(Instant.parse(post(example).isOk().string("/validFrom"))).isAfter(Instant.now());
    }

    private Answer prices(String query) {
        return api.get("/v2/regions/" + region + "/prices" + query);
    }

    private Answer create(String more) {
        return post(body(BOTH, more));
    }

    private Answer post(Object body) {
        return operator.post(LISTS, body);
    }

    private String body(String prices, String more) {
        return "{\"region\":\"%s\",\"currency\":\"EUR\",\"prices\":%s%s}"
                .formatted(region, prices, more);
    }

    private void sql(String sql) {
        var where = sql.contains("WHERE") ? " AND" : " WHERE";
        jdbc.sql(sql + where + " region_id = '" + region + "'").update();
    }
}
