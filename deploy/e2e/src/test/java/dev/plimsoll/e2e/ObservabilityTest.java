package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules and dashboards as Prometheus and Grafana read them; {@link NamedMetrics} are elsewhere. */
class ObservabilityTest {
    private static final Path RULES = NamedMetrics.FOLDER.resolve("rules");
    private static final Path RUNBOOKS = Path.of("../../docs/runbooks");
    private static final Pattern RUNBOOK =
            Pattern.compile("runbook_url: https://.*/([\\w-]+\\.md)");

    @Test
    void rulesAreWhatPrometheusReads() throws Exception {
        promtool("check", "rules", "plimsoll.yml");
        promtool("check", "config", "--syntax-only", "../prometheus.yml");
    }

    @Test
    void rulesFireWhenTheyShould() throws Exception {
        promtool("test", "rules", "plimsoll.tests.yml");
    }

    @Test
    void everyAlertHasARunbookThatSaysWhatToDoAndEveryRunbookAnAlert() throws IOException {
        var rules = Files.readString(RULES.resolve("plimsoll.yml"));
        var pages = RUNBOOK.matcher(rules).results().map(it -> it.group(1)).toList();
        assertThat(pages).hasSize((int) rules.lines().filter(it -> it.contains("alert:")).count());
        for (var page : pages) {
            assertThat(Files.readString(RUNBOOKS.resolve(page)))
                    .as(page)
                    .contains("## What it means", "## Look", "## Do", "## Wait");
        }
        try (var files = Files.list(RUNBOOKS)) {
            assertThat(
                            files.map(it -> it.getFileName().toString())
                                    .filter(it -> !it.equals("README.md")))
                    .containsExactlyInAnyOrderElementsOf(new HashSet<>(pages));
        }
    }

    static Stream<Path> dashboards() throws IOException {
        return NamedMetrics.dashboards();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboardNeedsNothingButGrafana(Path file) throws IOException {
        var dashboard = new ObjectMapper().readTree(file.toFile());
        assertThat(dashboard.path("uid").asText()).startsWith("plimsoll-");
        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        var ids = new HashSet<Integer>();
        for (var panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).as("%s", panel).isTrue();
            assertThat(panel.path("type").asText()).isIn("row", "stat", "timeseries");
            if (!panel.path("type").asText().equals("row")) {
                isComplete(panel);
            }
        }
    }

    private static void isComplete(JsonNode panel) {
        var title = panel.path("title").asText();
        assertThat(title).isNotBlank();
        assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotBlank();
        assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
        assertThat(panel.path("targets")).as(title).isNotEmpty();
        for (var target : panel.path("targets")) {
            assertThat(target.path("legendFormat").asText()).as(title).isNotBlank();
        }
    }

    /** Fails with what it said. */
    private static void promtool(String... arguments) throws Exception {
        assumeThat(isThere()).as("promtool, of Debian's package prometheus").isTrue();
        var line = new ArrayList<>(List.of("promtool"));
        line.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(line)
                        .directory(RULES.toFile())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private static boolean isThere() {
        return Stream.of(
                        Objects.requireNonNullElse(System.getenv("PATH"), "")
                                .split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
    }
}
