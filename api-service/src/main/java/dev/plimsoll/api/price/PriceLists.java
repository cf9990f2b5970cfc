package dev.plimsoll.api.price;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Conditions;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.region.Regions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The price lists, each with its prices, in one query however many they are. */
@Repository
public class PriceLists {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final String SELECT =
            """
            SELECT l.id, l.region_id, l.currency, l.valid_from, l.valid_to, l.created_at,
                   (SELECT json_agg(json_build_object('planId', p.plan_id, 'hourly', p.hourly)
                       ORDER BY plan.max_connections, plan.id)
                     FROM price p
                     JOIN plan ON plan.region_id = p.region_id AND plan.id = p.plan_id
                     WHERE p.price_list_id = l.id)::text AS prices
            FROM price_list l WHERE
            """;

    private final JdbcClient jdbc;
    private final Regions regions;

    PriceLists(JdbcClient jdbc, Regions regions) {
        this.jdbc = jdbc;
        this.regions = regions;
    }

    /** In the order in which they were made. */
    public Page<PriceList> list(@Nullable String region, int size, @Nullable String pageId) {
        var conditions =
                new Conditions()
                        .and("l.region_id = :region", "region", region)
                        .and("l.id > :after", "after", pageId == null ? null : Cursor.uuid(pageId));
        var found =
                jdbc.sql(SELECT + conditions.sql() + " ORDER BY l.id LIMIT :most")
                        .params(conditions.parameters())
                        .param("most", size + 1)
                        .query(PriceLists::list)
                        .list();
        return Page.of(found, size, list -> Cursor.of(list.id()));
    }

    public PriceList get(UUID id) {
        return jdbc.sql(SELECT + "l.id = :id")
                .param("id", id)
                .query(PriceLists::list)
                .optional()
                .orElseThrow(() -> new DomainFailure.NotFound("price list not found"));
    }

    /** The list that is, was or will be valid then, if any. */
    public Optional<PriceList> find(String region, Instant at) {
        return jdbc.sql(
                        SELECT
                                + """
                                l.region_id = :region AND l.valid_from <= :at
                                AND (l.valid_to IS NULL OR l.valid_to > :at)
                                """)
                .param("region", region)
                .param("at", Rows.parameter(at))
                .query(PriceLists::list)
                .optional();
    }

    /** Likewise; fails with {@link DomainFailure.NotFound} where there is none. */
    public PriceList at(String region, Instant at) {
        var found = find(region, at);
        if (found.isEmpty()) {
            var _ = regions.get(region);
        }
        return found.orElseThrow(
                () -> new DomainFailure.NotFound("no prices are known for this region and time"));
    }

    /** Those that are valid at some time from then until then, in the order of time. */
    public List<PriceList> between(String region, Instant from, Instant to) {
        return jdbc.sql(
                        SELECT
                                + """
                                l.region_id = :region AND l.valid_from < :to
                                AND (l.valid_to IS NULL OR l.valid_to > :from)
                                ORDER BY l.valid_from
                                """)
                .param("region", region)
                .param("from", Rows.parameter(from))
                .param("to", Rows.parameter(to))
                .query(PriceLists::list)
                .list();
    }

    private static PriceList list(ResultSet row, int rowNumber) throws SQLException {
        return new PriceList(
                Rows.uuid(row, "id"),
                row.getString("region_id"),
                row.getString("currency"),
                Rows.knownInstant(row, "valid_from"),
                Rows.instant(row, "valid_to"),
                Rows.knownInstant(row, "created_at"),
                prices(row.getString("prices")));
    }

    private static List<Price> prices(@Nullable String json) {
        return Stream.ofNullable(json)
                .flatMap(it -> Stream.of(JSON.readValue(it, Price[].class)))
                .toList();
    }
}
