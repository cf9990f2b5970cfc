package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.loadbalancer.Change;
import dev.plimsoll.api.loadbalancer.Changes;
import dev.plimsoll.api.loadbalancer.EffectTable;
import dev.plimsoll.api.price.CostChange;
import dev.plimsoll.api.price.Decimal;
import dev.plimsoll.api.price.PriceLists;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.write.Transactions;
import dev.plimsoll.openapi.model.DryRunChangeDto;
import dev.plimsoll.openapi.model.DryRunCostDto;
import dev.plimsoll.openapi.model.DryRunResultDto;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The query parameter {@code dryRun}: the write is carried out, told about, and taken back. */
@Component
public final class DryRuns {
    private static final MediaType RESULT =
            MediaType.parseMediaType("application/vnd.plimsoll.dry-run+json");

    private final Transactions transactions;
    private final PriceLists prices;
    private final InstantSource clock;

    DryRuns(Transactions transactions, PriceLists prices, InstantSource apiClock) {
        this.transactions = transactions;
        this.prices = prices;
        this.clock = apiClock;
    }

    public static boolean isAsked(@Nullable String dryRun) {
        return switch (dryRun) {
            case null -> false;
            case "false" -> false;
            case "true" -> true;
            default ->
                    throw new DomainFailure.InvalidFields(
                            new FieldError(
                                    "#query/dryRun",
                                    FieldError.Code.NOT_ALLOWED,
                                    "must be true or false",
                                    dryRun,
                                    "true, false"));
        };
    }

    /** What a {@code write} that cannot concern the plan would change. */
    public <B> ResponseEntity<B> of(Supplier<Changes> write) {
        return answer(result(transactions.rehearse(write)));
    }

    /** What {@code write} would change, and what that would cost more, or less. */
    public <B> ResponseEntity<B> of(String region, Supplier<Changes> write) {
        var changes = transactions.rehearse(write);
        return answer(result(changes).cost(cost(region, changes)));
    }

    /** At the prices of now; null where the plan stays, or prices are not known. */
    private @Nullable DryRunCostDto cost(String region, Changes changes) {
        return changes.plan()
                .flatMap(plan ->
                        prices.find(region, clock.instant())
                                .flatMap(list -> list.change(plan.from(), plan.to())))
                .map(DryRuns::cost)
                .orElse(null);
    }

    private static DryRunCostDto cost(CostChange cost) {
        return new DryRunCostDto(
                cost.currency(),
                Decimal.of(cost.hourlyBefore()),
                Decimal.of(cost.hourlyAfter()),
                Decimal.of(cost.hourlyDifference()),
                Decimal.of(cost.monthlyDifference()));
    }

    /**
     * The contract tells the two bodies of one operation apart by their media types, for which a
     * generated signature has no words.
     */
    @SuppressWarnings("unchecked")
    private static <B> ResponseEntity<B> answer(DryRunResultDto result) {
        return (ResponseEntity<B>) ResponseEntity.ok().contentType(RESULT).body(result);
    }

    private static DryRunResultDto result(Changes changes) {
        return new DryRunResultDto(changes.all().stream().map(DryRuns::change).toList())
                .version(changes.since());
    }

    private static DryRunChangeDto change(Change change) {
        var rule = EffectTable.of(change);
        return new DryRunChangeDto(
                        change.path(),
                        DryRunChangeDto.EffectEnum.fromValue(rule.effect().name()),
                        rule.explanation())
                .from(change.from())
                .to(change.to());
    }
}
