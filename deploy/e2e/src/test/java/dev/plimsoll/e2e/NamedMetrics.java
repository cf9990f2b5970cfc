package dev.plimsoll.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metrics that alert rules and dashboards name, and those that a page for Prometheus has. */
final class NamedMetrics {
    static final Path FOLDER = Path.of("../observability").toAbsolutePath().normalize();

    private static final Pattern NAME =
            Pattern.compile("\\b(?:nlb|plimsoll|http|hikaricp|jvm|process)_\\w+");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_]\\w*)[{ ]");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| (`.*`) \\|");

    private NamedMetrics() {}

    static Stream<Path> dashboards() throws IOException {
        return Files.list(FOLDER.resolve("grafana")).filter(it -> it.toString().endsWith(".json"));
    }

    /** In expressions, of rules and panels, and in variables. */
    static Set<String> inRulesAndDashboards() throws IOException {
        var names = new TreeSet<String>();
        Files.readString(FOLDER.resolve("rules/plimsoll.yml"))
                .lines()
                .filter(line -> line.strip().startsWith("expr:"))
                .forEach(line -> names.addAll(names(NAME, line)));
        for (var file : dashboards().toList()) {
            var dashboard = new ObjectMapper().readTree(file.toFile());
            for (var member : Set.of("expr", "definition")) {
                dashboard.findValuesAsText(member).forEach(text -> names.addAll(names(NAME, text)));
            }
        }
        return names;
    }

    /** Of samples: a histogram has several. */
    static Set<String> onPage(String page) {
        return SAMPLE.matcher(page).results().map(it -> it.group(1)).collect(Collectors.toSet());
    }

    /** What no scrape of a fresh installation has. */
    static Set<String> documented() throws IOException {
        var rows =
                DOCUMENTED
                        .matcher(Files.readString(FOLDER.resolve("README.md")))
                        .results()
                        .map(it -> it.group(1))
                        .collect(Collectors.joining(" "));
        return names(NAME, rows);
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(it -> it.group()).collect(Collectors.toSet());
    }
}
