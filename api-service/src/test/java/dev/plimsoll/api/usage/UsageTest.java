package dev.plimsoll.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.price.Decimal;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Past;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsageTest extends ApiTest {
    private static final String MARCH = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z";
    private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");
    private static final Map<String, String> SHOP = Map.of("team", "shop");

    private Past past;

    @BeforeEach
    void past() {
        past = new Past(jdbc, project.projectId());
    }

    @Test
    void eachLoadBalancerHasItsChargesAndTheirSum() {
        var id = ran("web", "p10", "2026-02-01T00:00:00Z", null, SHOP);
        past.changes(id, "p50", Instant.parse("2026-03-16T00:00:00Z"), SHOP);
        past.isDeleted(id, Instant.parse("2026-03-31T12:00:00Z"));

        var usage = api.get("usage?" + MARCH).isOk();

        var web = usage.json().at("/loadBalancers/0");
        assertThat(web.path("loadBalancerId").asString()).isEqualTo(id.toString());
        assertThat(web.path("name").asString()).isEqualTo("web");
        assertThat(web.path("deletedAt").asString()).isEqualTo("2026-03-31T12:00:00Z");
        assertThat(web.at("/labels/team").asString()).isEqualTo("shop");
        assertThat(web.path("seconds").asLong()).isEqualTo(Duration.ofHours(732).toSeconds());
        assertThat(web.path("charges").findValuesAsString("planId")).containsExactly("p10", "p50");
        assertThat(web.path("charges").findValuesAsString("cost"))
                .containsExactly("4.6950000012", "6.66965000124");
        assertThat(web.at("/costs/0/amount").asString()).isEqualTo("11.36465000244");
    }

    @Test
    void historyOutlivesTheLoadBalancerAndItsName() {
        var first = ran("web", "p10", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", Map.of());
        var second = ran("web", "p50", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", Map.of());

        var usage = api.get("usage?" + MARCH).isOk();

        assertThat(usage.json().path("loadBalancers").findValuesAsString("loadBalancerId"))
                .containsExactly(first.toString(), second.toString());
        assertThat(usage.json().findValuesAsString("name")).containsExactly("web", "web");
    }

    @Test
    void labelsAreThoseOfTheTimeAskedFor() {
        var id = ran("web", "p10", "2026-02-01T00:00:00Z", null, SHOP);
        past.changes(id, "p10", Instant.parse("2026-03-20T00:00:00Z"), Map.of("team", "search"));

        var february = "usage?from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z";

        assertThat(api.get(february).string("/loadBalancers/0/labels/team")).isEqualTo("shop");
        assertThat(api.get("usage?" + MARCH).string("/loadBalancers/0/labels/team"))
                .isEqualTo("search");
    }

    @Test
    void summaryAddsUpByPlanAndByLabel() {
        ran("a", "p10", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", SHOP);
        ran("b", "p50", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", SHOP);
        ran("c", "p10", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", Map.of("team", ""));
        ran("d", "p10", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", Map.of());

        var summary = api.get("usage/summary?label=team&" + MARCH).isOk();

        assertThat(summary.json().path("loadBalancers").asInt()).isEqualTo(4);
        assertThat(summary.json().path("seconds").asLong()).isEqualTo(4 * 86_400);
        assertThat(summary.string("/costs/0/amount")).isEqualTo("1.36930000032");
        assertThat(summary.json().path("plans").findValuesAsString("planId"))
                .containsExactly("p10", "p50");
        assertThat(summary.string("/plans/0/costs/0/amount")).isEqualTo("0.93900000024");
        assertThat(summary.json().at("/labels/0").has("value")).isFalse();
        assertThat(summary.json().path("labels").findValuesAsString("value"))
                .containsExactly("", "shop");
        assertThat(summary.string("/labels/2/costs/0/amount")).isEqualTo("0.74330000016");
        assertThat(api.get("usage/summary?" + MARCH).json().has("labels")).isFalse();
    }

    @Test
    void projectsAndRegionsAreApart() {
        ran("web", "p10", "2026-03-01T00:00:00Z", null, Map.of());
        var stranger = anotherProject();
        new Past(jdbc, stranger.projectId()).orders("eu01", "other", "p10", FEBRUARY, Map.of());

        assertThat(api.inRegion("eu02").get("usage?" + MARCH).json().path("loadBalancers"))
                .isEmpty();
        assertThat(api.get("usage?" + MARCH).json().path("loadBalancers")).hasSize(1);
        var path = "/v2/projects/" + stranger.projectId();
        api.get(path + "/regions/eu01/usage").isProblem(403, 7);
        api.get(path + "/bills/2026-03:csv").isProblem(403, 7);
        with(project.readerToken()).get("usage?" + MARCH).isOk();
        api.inRegion("xx99").get("usage").isProblem(404, 5);
        api.inRegion("xx99").get("usage/summary").isProblem(404, 5);
        api.inRegion("xx99").get("usage/forecast").isProblem(404, 5);
    }

    @Test
    void pagesFollowEachOther() {
        for (int i = 0; i < 5; i++) {
            ran("lb-" + i, "p10", "2026-03-01T00:00:00Z", null, Map.of());
        }
        var path = "usage?pageSize=2&" + MARCH;
        var first = api.get(path).isOk();
        var second = api.get(path + "&pageId=" + first.string("/nextPageId")).isOk();
        var third = api.get(path + "&pageId=" + second.string("/nextPageId")).isOk();
        assertThat(first.json().findValuesAsString("name")).containsExactly("lb-0", "lb-1");
        assertThat(second.json().findValuesAsString("name")).containsExactly("lb-2", "lb-3");
        assertThat(third.json().findValuesAsString("name")).containsExactly("lb-4");
        assertThat(third.json().has("nextPageId")).isFalse();
        assertThat(statements.during(() -> api.get("usage?" + MARCH).isOk())).isEqualTo(6);
    }

    @Test
    void withoutARangeItIsTheCurrentMonthUntilNow() {
        ran("web", "p10", "2026-02-01T00:00:00Z", null, Map.of());
        var usage = api.get("usage").isOk();
        var month = YearMonth.from(Instant.parse(usage.string("/to")).atOffset(ZoneOffset.UTC));
        assertThat(usage.string("/from")).isEqualTo(month + "-01T00:00:00Z");
        assertThat(api.get("usage?to=2999-01-01T00:00:00Z&from=" + usage.string("/to")).status())
                .isEqualTo(400);
        var ahead = Instant.now().plus(Duration.ofDays(30));
        assertThat(Instant.parse(api.get("usage?to=" + ahead).isOk().string("/to")))
                .isBefore(ahead);
    }

    @Test
    void wrongParametersAreNamed() {
        api.get("usage?from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z").blames("#query/to");
        api.get("usage?from=2025-01-01T00:00:00Z&to=2026-03-02T00:00:00Z").blames("#query/to");
        api.get("usage?from=yesterday").blames("#query/from");
        api.get("usage/summary?to=tomorrow").blames("#query/to");
        api.get("usage?pageSize=0").blames("#query/pageSize");
        api.get("usage?pageId=x").blames("#query/pageId");
        api.get("usage/summary?label=" + "x".repeat(300)).blames("#query/label");
    }

    @Test
    void labelWithTooManyValuesIsRefused() {
        jdbc.sql(
                        """
                        WITH lb AS (
                            INSERT INTO load_balancer (project_id, region_id, name, generation,
                                                       created_at)
                            SELECT ?, 'eu01', 'lb-' || n, 1, '2026-02-01T00:00:00Z'
                            FROM generate_series(1, 1001) n RETURNING id, name)
                        INSERT INTO load_balancer_revision (load_balancer_id, generation, spec,
                            author, request_id, reason, created_at)
                        SELECT id, 1, jsonb_build_object('planId', 'p10',
                            'labels', jsonb_build_object('team', name)), 't', 't', 'CREATE',
                            '2026-02-01T00:00:00Z' FROM lb
                        """)
                .param(project.projectId())
                .update();
        jdbc.sql(
                        """
                        UPDATE load_balancer SET first_ready_at = '2026-02-01T00:00:00Z'
                        WHERE project_id = ?
                        """)
                .param(project.projectId())
                .update();

        api.get("usage/summary?label=team&" + MARCH).blames("#query/label");

        assertThat(api.get("usage/summary?" + MARCH).isOk().json().path("loadBalancers").asInt())
                .isEqualTo(1001);
    }

    @Test
    void forecastGoesOnWithWhatIsRunningUntilTheEndOfTheMonth() {
        var begin = Instant.parse("2026-02-01T00:00:00Z");
        ran("web", "p10", begin.toString(), null, Map.of());
        ran("gone", "p10", begin.toString(), "2026-03-01T00:00:00Z", Map.of());

        var forecast = api.get("usage/forecast").isOk();

        var month = YearMonth.parse(forecast.string("/month"));
        var hours = month.lengthOfMonth() * 24L;
        assertThat(forecast.json().path("running").asInt()).isEqualTo(1);
        assertThat(forecast.json().at("/expected/seconds").asLong()).isEqualTo(hours * 3600);
        assertThat(forecast.string("/expected/costs/0/amount"))
                .isEqualTo(
                        Decimal.of(
                                new BigDecimal("0.01304166667")
                                        .multiply(BigDecimal.valueOf(hours))));
        var at = Instant.parse(forecast.string("/at"));
        assertThat(forecast.json().at("/soFar/seconds").asLong())
                .isEqualTo(
                        Duration.between(Instant.parse(month + "-01T00:00:00Z"), at).toSeconds());
    }

    @Test
    void prepaidProjectsPayAtMost720HoursOfAMonth() {
        var _ = ran("web", "p10", "2026-02-01T00:00:00Z", null, Map.of());
        priceModel("2026-03-01", "PREPAID");

        var march = api.get("usage?" + MARCH).isOk();

        assertThat(march.string("/loadBalancers/0/costs/0/amount")).isEqualTo("9.3900000024");
        assertThat(march.string("/loadBalancers/0/charges/1/cost")).isEqualTo("0");
        assertThat(march.json().at("/loadBalancers/0/charges/1/beyondCap").asBoolean()).isTrue();
        var february = api.get("usage?from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z").isOk();
        assertThat(february.string("/loadBalancers/0/charges/0/priceModel"))
                .isEqualTo("PAY_AS_YOU_GO");
    }

    private void priceModel(String month, String model) {
        jdbc.sql("INSERT INTO project_price_model VALUES (?, ?::date, ?)")
                .param(project.projectId())
                .param(month)
                .param(model)
                .update();
    }

    /** READY as soon as it was ordered. */
    private UUID ran(
            String name, String planId, String from, String to, Map<String, String> labels) {
        var id = past.orders("eu01", name, planId, Instant.parse(from), labels);
        past.becomesReady(id, Instant.parse(from));
        if (to != null) {
            past.isDeleted(id, Instant.parse(to));
        }
        return id;
    }
}
