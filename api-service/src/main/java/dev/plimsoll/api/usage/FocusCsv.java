package dev.plimsoll.api.usage;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.api.price.Decimal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * A bill as the FinOps Open Cost and Usage Specification (FOCUS) 1.2 has it: every mandatory column
 * of its chapter "Columns", and of the others those whose condition we meet. The project is the
 * billing account. Left out is what does not apply: availability zones, capacity reservations,
 * commitment discounts, negotiated prices, sub accounts, other currencies for prices.
 */
@Component
public final class FocusCsv {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final BigDecimal SECONDS_OF_AN_HOUR = BigDecimal.valueOf(3600);

    /** So fine that price times quantity is the cost again. */
    private static final int QUANTITY_PLACES = 15;

    private final Csv<Row> csv;

    FocusCsv(UsageSettings settings) {
        csv = new Csv<>(columns(settings.provider()));
    }

    /** A line that has a price. */
    private record Row(Bill bill, Bill.Line line, UnitPrice price) {
        UsedLoadBalancer loadBalancer() {
            return line.loadBalancer();
        }

        Charge charge() {
            return line.charge();
        }

        Span month() {
            return Span.of(bill.month());
        }

        String cost() {
            return Decimal.of(charge().cost());
        }

        String hours() {
            return Decimal.of(
                    BigDecimal.valueOf(charge().span().seconds())
                            .divide(SECONDS_OF_AN_HOUR, QUANTITY_PLACES, RoundingMode.HALF_UP));
        }

        String description() {
            var beyond = charge().isBeyondCap() ? ", beyond 720 hours of the month" : "";
            return "Load balancer %s with plan %s%s"
                    .formatted(loadBalancer().name(), charge().planId(), beyond);
        }
    }

    /** What had no price is no charge. */
    public String of(Bill bill) {
        return csv.of(
                bill.lines().stream()
                        .filter(line -> line.charge().price() != null)
                        .map(line -> new Row(bill, line, requireNonNull(line.charge().price())))
                        .toList());
    }

    /** In the order of the alphabet, as in the specification. */
    private static List<Csv.Column<Row>> columns(String provider) {
        return List.of(
                column("BilledCost", Row::cost),
                column("BillingAccountId", row -> row.bill().projectId().toString()),
                column("BillingAccountName", row -> row.bill().projectName()),
                column("BillingCurrency", row -> row.price().currency()),
                column("BillingPeriodEnd", row -> row.month().to().toString()),
                column("BillingPeriodStart", row -> row.month().from().toString()),
                column("ChargeCategory", _ -> "Usage"),
                column("ChargeClass", _ -> null),
                column("ChargeDescription", Row::description),
                column("ChargeFrequency", _ -> "Usage-Based"),
                column("ChargePeriodEnd", row -> row.charge().span().to().toString()),
                column("ChargePeriodStart", row -> row.charge().span().from().toString()),
                column("ConsumedQuantity", Row::hours),
                column("ConsumedUnit", _ -> "Hours"),
                column("ContractedCost", Row::cost),
                column("EffectiveCost", Row::cost),
                column("InvoiceId", _ -> null),
                column("InvoiceIssuerName", _ -> provider),
                column("ListCost", row -> Decimal.of(row.charge().listCost())),
                column("ListUnitPrice", row -> Decimal.of(row.price().hourly())),
                column("PricingCategory", _ -> "Standard"),
                column("PricingQuantity", Row::hours),
                column("PricingUnit", _ -> "Hours"),
                column("ProviderName", _ -> provider),
                column("PublisherName", _ -> provider),
                column("RegionId", row -> row.line().region().id()),
                column("RegionName", row -> row.line().region().displayName()),
                column("ResourceId", row -> row.loadBalancer().id().toString()),
                column("ResourceName", row -> row.loadBalancer().name()),
                column("ResourceType", _ -> "Load Balancer"),
                column("ServiceCategory", _ -> "Networking"),
                column("ServiceName", _ -> "Network Load Balancer"),
                column("ServiceSubcategory", _ -> "Application Networking"),
                column("SkuId", row -> row.line().region().id() + "/" + row.charge().planId()),
                column("SkuMeter", _ -> "Load balancer hours"),
                column(
                        "SkuPriceDetails",
                        row -> JSON.writeValueAsString(Map.of("x_PlanId", row.charge().planId()))),
                column(
                        "SkuPriceId",
                        row -> row.price().priceListId() + "/" + row.charge().planId()),
                column("Tags", row -> tags(row.loadBalancer())));
    }

    private static Csv.Column<Row> column(String name, Function<Row, @Nullable String> value) {
        return new Csv.Column<>(name, value);
    }

    private static @Nullable String tags(UsedLoadBalancer loadBalancer) {
        return loadBalancer.labels().isEmpty()
                ? null
                : JSON.writeValueAsString(new TreeMap<>(loadBalancer.labels()));
    }
}
