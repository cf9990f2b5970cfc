package dev.plimsoll.api.usage;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values (RFC 4180) with a header. No value and an empty one differ: only the
 * latter is in quotes.
 */
record Csv<R>(List<Column<R>> columns) {
    private static final String END = "\r\n";

    Csv {
        columns = List.copyOf(columns);
    }

    /** What every row has under a name. */
    record Column<R>(String name, Function<R, @Nullable String> value) {}

    String of(List<R> rows) {
        var header = columns.stream().map(Column::name).collect(Collectors.joining(","));
        return Stream.concat(Stream.of(header), rows.stream().map(this::line))
                .collect(Collectors.joining(END, "", END));
    }

    private String line(R row) {
        return columns.stream()
                .map(column -> field(column.value().apply(row)))
                .collect(Collectors.joining(","));
    }

    private static String field(@Nullable String value) {
        if (value == null) {
            return "";
        }
        boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}
