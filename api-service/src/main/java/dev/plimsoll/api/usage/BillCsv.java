package dev.plimsoll.api.usage;

import dev.plimsoll.api.price.Decimal;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A bill in columns of our own, named as the members of the JSON are. */
public final class BillCsv {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Csv<Row> CSV =
            new Csv<>(
                    List.of(
                            column("projectId", row -> row.bill().projectId().toString()),
                            column("region", row -> row.line().region().id()),
                            column("loadBalancerId", row -> row.loadBalancer().id().toString()),
                            column("loadBalancer", row -> row.loadBalancer().name()),
                            column("planId", row -> row.charge().planId()),
                            column("from", row -> row.charge().span().from().toString()),
                            column("to", row -> row.charge().span().to().toString()),
                            column("seconds", row -> Long.toString(row.charge().span().seconds())),
                            column("priceModel", row -> row.charge().priceModel().name()),
                            column("beyondCap", row -> "" + row.charge().isBeyondCap()),
                            column("hourly", priced(price -> Decimal.of(price.hourly()))),
                            column("currency", priced(UnitPrice::currency)),
                            column("cost", row -> Decimal.of(row.charge().cost())),
                            column("labels", row -> labels(row.loadBalancer()))));

    private BillCsv() {}

    private record Row(Bill bill, Bill.Line line) {
        UsedLoadBalancer loadBalancer() {
            return line.loadBalancer();
        }

        Charge charge() {
            return line.charge();
        }
    }

    public static String of(Bill bill) {
        return CSV.of(bill.lines().stream().map(line -> new Row(bill, line)).toList());
    }

    private static Csv.Column<Row> column(String name, Function<Row, @Nullable String> value) {
        return new Csv.Column<>(name, value);
    }

    private static Function<Row, @Nullable String> priced(Function<UnitPrice, String> value) {
        return row -> {
            var price = row.charge().price();
            return price == null ? null : value.apply(price);
        };
    }

    private static String labels(UsedLoadBalancer loadBalancer) {
        return JSON.writeValueAsString(new TreeMap<>(loadBalancer.labels()));
    }
}
