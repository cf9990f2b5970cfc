package dev.plimsoll.api.usage;

import dev.plimsoll.api.price.PriceLists;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.region.Region;
import dev.plimsoll.api.region.Regions;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What projects used, and what that costs. */
@Service
public class Usage {
    private static final int BATCH = 500;
    private static final int MAX_LINES = 50_000;

    private final UsageReads reads;
    private final PriceModels priceModels;
    private final PriceLists priceLists;
    private final Regions regions;

    Usage(UsageReads reads, PriceModels priceModels, PriceLists priceLists, Regions regions) {
        this.reads = reads;
        this.priceModels = priceModels;
        this.priceLists = priceLists;
        this.regions = regions;
    }

    public UsagePage list(
            UUID projectId, String region, UsageRange range, int size, @Nullable String pageId) {
        var _ = regions.get(region);
        var now = reads.now();
        var span = range.at(now);
        var after = pageId == null ? null : Cursor.uuid(pageId);
        var charges = charges(projectId, region, span, now);
        var found =
                reads.page(projectId, region, span, after, size + 1).stream()
                        .map(it -> new LoadBalancerUsage(it, charges.of(it.intervals(), span)))
                        .toList();
        return new UsagePage(
                span, Page.of(found, size, usage -> Cursor.of(usage.loadBalancer().id())));
    }

    /**
     * Sums up.
     *
     * @param label also by the values of this label; null is by none
     */
    public UsageSummary summary(
            UUID projectId, String region, UsageRange range, @Nullable String label) {
        var _ = regions.get(region);
        var now = reads.now();
        var span = range.at(now);
        var charges = charges(projectId, region, span, now);
        var sums = new UsageSummary.Sums(label);
        each(
                projectId,
                region,
                span,
                it -> sums.add(new LoadBalancerUsage(it, charges.of(it.intervals(), span))));
        return sums.of(span);
    }

    public Forecast forecast(UUID projectId, String region) {
        var _ = regions.get(region);
        var now = reads.now();
        var month = Span.month(now);
        var whole = Span.of(month);
        var sums =
                new Forecast.Sums(
                        whole,
                        charges(projectId, region, whole, now),
                        charges(projectId, region, whole, whole.to()));
        each(projectId, region, whole, sums::add);
        return sums.of(now, priceModels.of(projectId).apply(month));
    }

    /**
     * The bill of a month that has begun, by region and load balancer.
     *
     * @param region null is all
     */
    public Bill bill(UUID projectId, YearMonth month, @Nullable String region) {
        var now = reads.now();
        if (month.isAfter(Span.month(now))) {
            throw new DomainFailure.NotFound("month not found: it has not begun yet");
        }
        var span = Span.of(month).within(new Span(Instant.MIN, now));
        var lines = new ArrayList<Bill.Line>();
        for (var id : region == null ? reads.regions(projectId) : List.of(region)) {
            addLines(lines, projectId, regions.get(id), span, now);
        }
        return new Bill(projectId, reads.projectName(projectId), month, lines);
    }

    private void addLines(
            List<Bill.Line> lines, UUID projectId, Region region, Span span, Instant now) {
        var charges = charges(projectId, region.id(), span, now);
        each(
                projectId,
                region.id(),
                span,
                it -> {
                    for (var charge : charges.of(it.intervals(), span)) {
                        lines.add(new Bill.Line(region, it, charge));
                    }
                    if (lines.size() > MAX_LINES) {
                        throw new DomainFailure.FailedPrecondition(
                                "the month has more than %d charges; export one region at a time, or read the list of usage"
                                        .formatted(MAX_LINES));
                    }
                });
    }

    private Charges charges(UUID projectId, String region, Span span, Instant until) {
        var lists = priceLists.between(region, span.from(), span.to());
        return new Charges(new Tariff(lists), priceModels.of(projectId), until);
    }

    /** In small steps, so that it makes no difference how many there are. */
    private void each(UUID projectId, String region, Span span, Consumer<UsedLoadBalancer> action) {
        UUID after = null;
        List<UsedLoadBalancer> batch;
        do {
            batch = reads.page(projectId, region, span, after, BATCH);
            batch.forEach(action);
            after = batch.isEmpty() ? after : batch.getLast().id();
        } while (batch.size() == BATCH);
    }
}
