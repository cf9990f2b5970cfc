package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.loadbalancer.Changes;
import dev.plimsoll.api.loadbalancer.Written;
import dev.plimsoll.api.price.CostChange;
import dev.plimsoll.api.price.Decimal;
import dev.plimsoll.api.price.PriceLists;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.rehearsal.Rehearsals;
import dev.plimsoll.api.write.Transactions;
import dev.plimsoll.openapi.model.DryRunCostDto;
import dev.plimsoll.openapi.model.DryRunResultDto;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** The query parameter {@code dryRun}: the write is carried out, taken back, and told about. */
@Component
public final class DryRuns {
    private static final MediaType RESULT =
            MediaType.parseMediaType("application/vnd.plimsoll.dry-run+json");

    private final Transactions transactions;
    private final Rehearsals rehearsals;
    private final PriceLists prices;
    private final InstantSource clock;

    DryRuns(
            Transactions transactions,
            Rehearsals rehearsals,
            PriceLists prices,
            InstantSource apiClock) {
        this.transactions = transactions;
        this.rehearsals = rehearsals;
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

    /** What {@code write} would change and do, and what that would cost more, or less. */
    public <B> ResponseEntity<B> of(String region, Supplier<Written> write) {
        return ofRemoval(region, () -> Optional.of(write.get()));
    }

    /** Likewise; a {@code write} that finds nothing to remove gives nothing. */
    public <B> ResponseEntity<B> ofRemoval(String region, Supplier<Optional<Written>> write) {
        return answer(
                transactions
                        .rehearse(write)
                        .map(written ->
                                ForecastDto.of(rehearsals.of(written))
                                        .version(written.changes().since())
                                        .cost(cost(region, written.changes())))
                        .orElseGet(ForecastDto::ofNothing));
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
}
