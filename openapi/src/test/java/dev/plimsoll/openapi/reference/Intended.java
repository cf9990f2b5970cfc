package dev.plimsoll.openapi.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A committed list of differences that are meant to be: {@code difference -- reason}, where {@code
 * *} stands for anything.
 */
record Intended(List<Entry> entries) {
    record Entry(String what, String reason, Predicate<String> matches) {
        static Entry of(String line) {
            var parts = line.split(" -- ", 2);
            if (parts.length != 2 || parts[1].isBlank()) {
                throw new IllegalArgumentException("No reason given: " + line);
            }
            var pattern =
                    Stream.of(parts[0].split("\\*", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*"));
            return new Entry(parts[0], parts[1], Pattern.compile(pattern).asMatchPredicate());
        }
    }

    static Intended in(String file) {
        try (var text = Intended.class.getResourceAsStream("/reference/" + file)) {
            var lines =
                    new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(it -> !it.isBlank() && !it.startsWith("#"));
            return new Intended(lines.map(Entry::of).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean covers(Difference difference) {
        return entries.stream().anyMatch(it -> it.matches().test(difference.what()));
    }

    /** Entries that no difference needs any more. */
    List<String> stale(List<Difference> found) {
        return entries.stream()
                .filter(entry -> found.stream().noneMatch(it -> entry.matches().test(it.what())))
                .map(Entry::what)
                .toList();
    }
}
