package dev.plimsoll.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A column of FOCUS 1.2, as written down in {@code focus/columns-1.2.txt}, and what fits it. */
record FocusColumn(String name, String level, boolean nullable, String type, Set<String> allowed) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Chapter "Attributes", "Numeric Format"; we write no exponents. */
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?");

    /** Chapter "Attributes", "Date/Time Format". */
    private static final Pattern DATE_TIME =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");

    static List<FocusColumn> all() {
        try (InputStream text = FocusColumn.class.getResourceAsStream("/focus/columns-1.2.txt")) {
            return new String(Objects.requireNonNull(text).readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(FocusColumn::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FocusColumn parse(String line) {
        var parts = Arrays.asList(line.split(" \\| "));
        return new FocusColumn(
                parts.get(0),
                parts.get(1),
                parts.get(2).equals("nullable"),
                parts.get(3),
                parts.size() > 4 ? Set.of(parts.get(4).split(", ")) : Set.of());
    }

    boolean isMandatory() {
        return level.equals("Mandatory");
    }

    /**
     * What is wrong with a value.
     *
     * @param value empty is null
     */
    Optional<String> fault(Optional<String> value) {
        if (value.isEmpty()) {
            return nullable ? Optional.empty() : Optional.of(name + " is null");
        }
        var text = value.get();
        boolean fits =
                switch (type) {
                    case "Decimal" -> DECIMAL.matcher(text).matches();
                    case "Date/Time" -> DATE_TIME.matcher(text).matches();
                    case "JSON" -> isFlatObject(text);
                    case "String" -> !text.isBlank();
                    default -> throw new IllegalArgumentException("Unknown type " + type);
                };
        return fits && (allowed.isEmpty() || allowed.contains(text))
                ? Optional.empty()
                : Optional.of(name + " is " + text);
    }

    /** Chapter "Attributes", "Key-Value Format". */
    private static boolean isFlatObject(String text) {
        var json = JSON.readTree(text);
        return json.isObject() && json.valueStream().noneMatch(JsonNode::isContainer);
    }
}
