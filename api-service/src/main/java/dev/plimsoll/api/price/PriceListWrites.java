package dev.plimsoll.api.price;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Writes price lists. What was valid stays as it was, for bills refer to it: a list can be made for
 * the future, ended in the future, and deleted while it is in the future.
 */
@Repository
public class PriceListWrites {
    private static final String OVERLAP = "price_list_validity";

    private final Transactions transactions;
    private final JdbcClient jdbc;
    private final PriceLists lists;
    private final Audit audit;

    PriceListWrites(Transactions transactions, JdbcClient jdbc, PriceLists lists, Audit audit) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.lists = lists;
        this.audit = audit;
    }

    private record PlanUse(String id, boolean needsPrice) {}

    /** If neither has an end, the list before the new one ends where the new one begins. */
    public PriceList create(PriceListDraft draft, Origin origin) {
        return transactions.run(() -> {
            var now = now();
            draft.check(now);
            lockRegion(requireNonNull(draft.region()));
            checkPlans(draft);
            var from = requireNonNullElse(draft.validFrom(), now);
            if (draft.validTo() == null) {
                endOpenList(draft.region(), from);
            }
            var id = insert(draft, from);
            insertPrices(id, draft);
            var list = lists.get(id);
            record(list, origin, "create");
            return list;
        });
    }

    /** Writing what is there already is no write. */
    public PriceList end(UUID id, @Nullable Instant validTo, Origin origin) {
        return transactions.run(() -> {
            var list = lock(id);
            var now = now();
            var end = validTo == null ? null : validTo.truncatedTo(ChronoUnit.MICROS);
            if (Objects.equals(end, list.validTo())) {
                return list;
            }
            checkEnd(list, end, now);
            changeEnd(id, end);
            var ended = lists.get(id);
            record(ended, origin, "update");
            return ended;
        });
    }

    public void delete(UUID id, Origin origin) {
        var _ =
                transactions.run(() -> {
                    var list = lock(id);
                    if (!list.validFrom().isAfter(now())) {
                        throw new DomainFailure.StateConflict(
                                "the price list has become valid; it can only be ended");
                    }
                    jdbc.sql("DELETE FROM price_list WHERE id = :id").param("id", id).update();
                    record(list, origin, "delete");
                    return list;
                });
    }

    private static void checkEnd(PriceList list, @Nullable Instant end, Instant now) {
        if (list.validTo() != null && list.validTo().isBefore(now)) {
            throw new DomainFailure.StateConflict("the price list has ended; it cannot be changed");
        }
        PriceListDraft.checkLatest("/validTo", end)
                .ifPresent(error -> {
                    throw new DomainFailure.InvalidFields(error);
                });
        if (end != null && end.isBefore(now)) {
            throw new DomainFailure.InvalidFields(PriceListDraft.past("/validTo", end, now));
        }
        if (end != null && !end.isAfter(list.validFrom())) {
            throw new DomainFailure.InvalidFields(
                    new FieldError(
                            "/validTo",
                            Code.OUT_OF_RANGE,
                            "must be later than validFrom",
                            end.toString(),
                            "> " + list.validFrom()));
        }
    }

    /** By the clock of the database, which guards the past as well; the time of the transaction. */
    private Instant now() {
        return jdbc.sql("SELECT now()").query(OffsetDateTime.class).single().toInstant();
    }

    /** The writers of one region's lists queue up. */
    private void lockRegion(String region) {
        var _ =
                jdbc.sql("SELECT 1 FROM region WHERE id = :region FOR NO KEY UPDATE")
                        .param("region", region)
                        .query(Integer.class)
                        .optional()
                        .orElseThrow(() ->
                                new DomainFailure.InvalidFields(
                                        new FieldError(
                                                "/region",
                                                Code.UNKNOWN_REFERENCE,
                                                "is not a region",
                                                region,
                                                null)));
    }

    private PriceList lock(UUID id) {
        var list = lists.get(id);
        lockRegion(list.region());
        return lists.get(id);
    }

    private void checkPlans(PriceListDraft draft) {
        var known = new HashSet<String>();
        var priced = new HashSet<String>();
        for (var plan : plans(requireNonNull(draft.region()))) {
            known.add(plan.id());
            if (plan.needsPrice()) {
                priced.add(plan.id());
            }
        }
        draft.checkPlans(known, priced);
    }

    private List<PlanUse> plans(String region) {
        return jdbc.sql(
                        """
                        SELECT p.id, p.retired_at IS NULL OR EXISTS (
                            SELECT 1 FROM load_balancer lb
                            JOIN load_balancer_revision r
                              ON r.load_balancer_id = lb.id AND r.generation = lb.generation
                            WHERE lb.region_id = p.region_id AND lb.removed_at IS NULL
                              AND r.spec ->> 'planId' = p.id) AS needs_price
                        FROM plan p WHERE p.region_id = :region
                        """)
                .param("region", region)
                .query((row, _) -> new PlanUse(row.getString("id"), row.getBoolean("needs_price")))
                .list();
    }

    private void endOpenList(String region, Instant at) {
        jdbc.sql(
                        """
                        UPDATE price_list SET valid_to = :at
                        WHERE region_id = :region AND valid_to IS NULL AND valid_from < :at
                        """)
                .param("region", region)
                .param("at", Rows.parameter(at))
                .update();
    }

    private UUID insert(PriceListDraft draft, Instant from) {
        try {
            return jdbc.sql(
                            """
                            INSERT INTO price_list (region_id, currency, valid_from, valid_to)
                            VALUES (:region, :currency, :from, :to) RETURNING id
                            """)
                    .param("region", draft.region())
                    .param("currency", draft.currency())
                    .param("from", Rows.parameter(from))
                    .param("to", Rows.parameter(draft.validTo()))
                    .query(UUID.class)
                    .single();
        } catch (DataIntegrityViolationException e) {
            throw overlapOr(e);
        }
    }

    private void insertPrices(UUID id, PriceListDraft draft) {
        var prices = requireNonNull(draft.prices()).stream().map(PriceListDraft.Line::price);
        var list = prices.toList();
        jdbc.sql(
                        """
                        INSERT INTO price (price_list_id, region_id, plan_id, hourly)
                        SELECT :list, :region, plan_id, hourly
                        FROM unnest(:plans::text[], :hourly::numeric[]) AS p (plan_id, hourly)
                        """)
                .param("list", id)
                .param("region", draft.region())
                .param("plans", list.stream().map(Price::planId).toArray(String[]::new))
                .param(
                        "hourly",
                        list.stream().map(it -> it.hourly().toPlainString()).toArray(String[]::new))
                .update();
    }

    private void changeEnd(UUID id, @Nullable Instant end) {
        try {
            jdbc.sql("UPDATE price_list SET valid_to = :to WHERE id = :id")
                    .param("id", id)
                    .param("to", Rows.parameter(end), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
                    .update();
        } catch (DataIntegrityViolationException e) {
            throw overlapOr(e);
        }
    }

    private static RuntimeException overlapOr(DataIntegrityViolationException e) {
        var message = e.getMostSpecificCause().getMessage();
        return message != null && message.contains(OVERLAP)
                ? new DomainFailure.StateConflict(
                        "another price list of the region is valid within that time; end it first")
                : e;
    }

    private void record(PriceList list, Origin origin, String verb) {
        audit.record(
                origin,
                null,
                "price-list." + verb,
                "price-lists/" + list.id(),
                Map.of(
                        "region", list.region(),
                        "validFrom", list.validFrom().toString(),
                        "validTo", Objects.toString(list.validTo(), "")));
    }
}
