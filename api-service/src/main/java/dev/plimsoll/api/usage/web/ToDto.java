package dev.plimsoll.api.usage.web;

import dev.plimsoll.api.price.Decimal;
import dev.plimsoll.api.read.web.Utc;
import dev.plimsoll.api.usage.Charge;
import dev.plimsoll.api.usage.Comparison;
import dev.plimsoll.api.usage.Forecast;
import dev.plimsoll.api.usage.Interval;
import dev.plimsoll.api.usage.LoadBalancerUsage;
import dev.plimsoll.api.usage.PriceModel;
import dev.plimsoll.api.usage.PriceModels.ProjectPriceModel;
import dev.plimsoll.api.usage.Total;
import dev.plimsoll.api.usage.UsageSummary;
import dev.plimsoll.openapi.model.AdminPricingDto;
import dev.plimsoll.openapi.model.ChargeDto;
import dev.plimsoll.openapi.model.CostDto;
import dev.plimsoll.openapi.model.LabelUsageDto;
import dev.plimsoll.openapi.model.LoadBalancerUsageDto;
import dev.plimsoll.openapi.model.PlanUsageDto;
import dev.plimsoll.openapi.model.PricingKindDto;
import dev.plimsoll.openapi.model.UsageForecastDto;
import dev.plimsoll.openapi.model.UsageIntervalDto;
import dev.plimsoll.openapi.model.UsageMismatchDto;
import dev.plimsoll.openapi.model.UsageSummaryDto;
import dev.plimsoll.openapi.model.UsageTotalDto;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From what is known to what is answered. */
final class ToDto {
    private ToDto() {}

    static LoadBalancerUsageDto usage(LoadBalancerUsage usage) {
        var loadBalancer = usage.loadBalancer();
        var total = usage.total();
        return new LoadBalancerUsageDto(
                        loadBalancer.id().toString(),
                        loadBalancer.name(),
                        Utc.of(loadBalancer.createdAt()),
                        new TreeMap<>(loadBalancer.labels()),
                        total.seconds(),
                        costs(total),
                        usage.charges().stream().map(ToDto::charge).toList())
                .deletedAt(Utc.ofNullable(loadBalancer.deletedAt()));
    }

    private static ChargeDto charge(Charge charge) {
        var dto =
                new ChargeDto(
                        charge.planId(),
                        Utc.of(charge.span().from()),
                        Utc.of(charge.span().to()),
                        charge.span().seconds(),
                        model(charge.priceModel()),
                        charge.isBeyondCap(),
                        Decimal.of(charge.cost()));
        var price = charge.price();
        return price == null
                ? dto
                : dto.hourly(Decimal.of(price.hourly())).currency(price.currency());
    }

    static UsageSummaryDto summary(UsageSummary summary, boolean byLabel) {
        var total = summary.all().total();
        return new UsageSummaryDto(
                        Utc.of(summary.span().from()),
                        Utc.of(summary.span().to()),
                        summary.all().loadBalancers(),
                        total.seconds(),
                        costs(total),
                        plans(summary))
                .labels(byLabel ? labels(summary) : null);
    }

    private static List<PlanUsageDto> plans(UsageSummary summary) {
        return summary.plans().entrySet().stream()
                .map(entry -> {
                    var total = entry.getValue().total();
                    return new PlanUsageDto(
                            entry.getKey(),
                            entry.getValue().loadBalancers(),
                            total.seconds(),
                            costs(total));
                })
                .toList();
    }

    private static List<LabelUsageDto> labels(UsageSummary summary) {
        return Stream.concat(
                        Stream.ofNullable(summary.withoutLabel()).map(part -> label(null, part)),
                        summary.labels().entrySet().stream()
                                .map(entry -> label(entry.getKey(), entry.getValue())))
                .toList();
    }

    private static LabelUsageDto label(@Nullable String value, UsageSummary.Part part) {
        var total = part.total();
        return new LabelUsageDto(part.loadBalancers(), total.seconds(), costs(total)).value(value);
    }

    static UsageForecastDto forecast(Forecast forecast) {
        return new UsageForecastDto(
                forecast.month().toString(),
                Utc.of(forecast.at()),
                model(forecast.priceModel()),
                forecast.running(),
                total(forecast.soFar()),
                total(forecast.expected()));
    }

    private static UsageTotalDto total(Total total) {
        return new UsageTotalDto(total.seconds(), costs(total));
    }

    private static List<CostDto> costs(Total total) {
        return total.costs().entrySet().stream()
                .map(cost -> new CostDto(cost.getKey(), Decimal.of(cost.getValue())))
                .toList();
    }

    static UsageMismatchDto mismatch(Comparison comparison) {
        return new UsageMismatchDto(
                comparison.loadBalancerId().toString(),
                comparison.metered().stream().map(ToDto::interval).toList(),
                comparison.derived().stream().map(ToDto::interval).toList());
    }

    private static UsageIntervalDto interval(Interval interval) {
        return new UsageIntervalDto(interval.planId(), Utc.of(interval.from()))
                .to(Utc.ofNullable(interval.to()));
    }

    static AdminPricingDto priceModel(ProjectPriceModel model) {
        return new AdminPricingDto(
                model.projectId().toString(),
                model(model.current()),
                model(model.next()),
                begin(model.nextFrom()));
    }

    private static OffsetDateTime begin(YearMonth month) {
        return month.atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC);
    }

    private static PricingKindDto model(PriceModel model) {
        return PricingKindDto.valueOf(model.name());
    }
}
