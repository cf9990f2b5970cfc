package dev.plimsoll.api.usage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads comma-separated values (RFC 4180), strictly; a field that is not there is null. */
record CsvText(List<String> header, List<Map<String, Optional<String>>> rows) {
    private static final Pattern FIELD =
            Pattern.compile("\\G(?:\"((?:[^\"]|\"\")*)\"|([^\",\r\n]*))(,|\r\n)");

    static CsvText parse(String text) {
        var lines = new ArrayList<List<Optional<String>>>();
        var line = new ArrayList<Optional<String>>();
        var matcher = FIELD.matcher(text);
        int end = 0;
        while (end < text.length() && matcher.find()) {
            end = matcher.end();
            line.add(value(matcher.group(1), matcher.group(2)));
            if (matcher.group(3).equals("\r\n")) {
                lines.add(List.copyOf(line));
                line.clear();
            }
        }
        if (end != text.length()) {
            throw new IllegalArgumentException("Not CSV: " + text.substring(end));
        }
        var header = lines.removeFirst().stream().map(Optional::orElseThrow).toList();
        return new CsvText(header, lines.stream().map(it -> row(header, it)).toList());
    }

    private static Optional<String> value(String quoted, String plain) {
        return quoted != null
                ? Optional.of(quoted.replace("\"\"", "\""))
                : Optional.of(plain).filter(it -> !it.isEmpty());
    }

    private static Map<String, Optional<String>> row(
            List<String> header, List<Optional<String>> values) {
        if (values.size() != header.size()) {
            throw new IllegalArgumentException(values + " does not fit " + header);
        }
        var row = new LinkedHashMap<String, Optional<String>>();
        for (int i = 0; i < header.size(); i++) {
            row.put(header.get(i), values.get(i));
        }
        return row;
    }

    List<String> column(String name) {
        return rows.stream().map(row -> row.get(name).orElse("-")).toList();
    }
}
