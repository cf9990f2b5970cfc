package dev.plimsoll.api.usage;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import dev.plimsoll.api.problem.FieldErrors;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How projects pay, by the month: what was paid for stays as it was. */
@Repository
public class PriceModels {
    private final Transactions transactions;
    private final JdbcClient jdbc;
    private final UsageReads usage;
    private final Audit audit;

    PriceModels(Transactions transactions, JdbcClient jdbc, UsageReads usage, Audit audit) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.usage = usage;
        this.audit = audit;
    }

    /**
     * How a project pays.
     *
     * @param next from the month {@code nextFrom} on
     */
    public record ProjectPriceModel(
            UUID projectId, PriceModel current, PriceModel next, YearMonth nextFrom) {}

    Function<YearMonth, PriceModel> of(UUID projectId) {
        var models = new TreeMap<YearMonth, PriceModel>();
        jdbc.sql("SELECT month, price_model FROM project_price_model WHERE project_id = :project")
                .param("project", projectId)
                .query(row -> {
                    var month = YearMonth.from(row.getObject("month", LocalDate.class));
                    models.put(month, PriceModel.valueOf(row.getString("price_model")));
                });
        return month -> {
            var entry = models.floorEntry(month);
            return entry == null ? PriceModel.PAY_AS_YOU_GO : entry.getValue();
        };
    }

    public ProjectPriceModel get(UUID projectId) {
        requireProject(projectId, "");
        var month = Span.month(usage.now());
        var models = of(projectId);
        return new ProjectPriceModel(
                projectId,
                models.apply(month),
                models.apply(month.plusMonths(1)),
                month.plusMonths(1));
    }

    /** Writing what is there already is no write. */
    public ProjectPriceModel set(UUID projectId, @Nullable String priceModel, Origin origin) {
        var model = parse(priceModel);
        return transactions.run(() -> {
            requireProject(projectId, "FOR NO KEY UPDATE");
            var current = Span.month(usage.now());
            var from = hasUsed(projectId) ? current.plusMonths(1) : current;
            if (of(projectId).apply(from) != model) {
                write(projectId, from, model);
                audit.record(
                        origin,
                        projectId,
                        "price-model.set",
                        "price-model",
                        Map.of("priceModel", model.name(), "from", from.toString()));
            }
            return get(projectId);
        });
    }

    private static PriceModel parse(@Nullable String sent) {
        new FieldErrors().required("/priceModel", sent).throwIfAny();
        return Stream.of(PriceModel.values())
                .filter(model -> model.name().equals(sent))
                .findFirst()
                .orElseThrow(() ->
                        new DomainFailure.InvalidFields(
                                new FieldError(
                                        "/priceModel",
                                        Code.NOT_ALLOWED,
                                        "is not a price model",
                                        Objects.toString(sent),
                                        "PAY_AS_YOU_GO, PREPAID")));
    }

    private void write(UUID projectId, YearMonth from, PriceModel model) {
        jdbc.sql(
                        """
                        INSERT INTO project_price_model (project_id, month, price_model)
                        VALUES (:project, :month, :model)
                        ON CONFLICT (project_id, month) DO UPDATE
                        SET price_model = excluded.price_model
                        """)
                .param("project", projectId)
                .param("month", from.atDay(1))
                .param("model", model.name())
                .update();
    }

    private boolean hasUsed(UUID projectId) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM usage_interval WHERE project_id = :project)")
                .param("project", projectId)
                .query(Boolean.class)
                .single();
    }

    private void requireProject(UUID projectId, String lock) {
        var _ =
                jdbc.sql("SELECT 1 FROM project WHERE id = :id AND deleted_at IS NULL " + lock)
                        .param("id", projectId)
                        .query(Integer.class)
                        .optional()
                        .orElseThrow(() -> new DomainFailure.NotFound("project not found"));
    }
}
