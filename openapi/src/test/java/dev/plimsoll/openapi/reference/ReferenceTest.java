package dev.plimsoll.openapi.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.plimsoll.openapi.reference.Difference.Addition;
import dev.plimsoll.openapi.reference.Difference.Deviation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Our document accepts and answers all that the API has which it is compatible with. That API's
 * document belongs to its owner and is not part of this repository: {@code plimsoll.reference}
 * (environment: {@code PLIMSOLL_REFERENCE}) is the folder that has it. Without it the comparison is
 * skipped by name.
 */
class ReferenceTest {
    private static final Path REFERENCE = folder().resolve("stackit-load-balancer-v2.json");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void everyDeviationFromTheReferenceIsIntended() {
        var found = differences(Deviation.class);
        var intended = Intended.in("deviations.txt");

        assertThat(unintended(found, intended)).as("not in deviations.txt").isEmpty();
        assertThat(intended.stale(found)).as("in deviations.txt, but no longer so").isEmpty();
    }

    @Test
    void everyAdditionToTheReferenceIsIntended() {
        var found = differences(Addition.class);

        assertThat(unintended(found, Intended.in("additions.txt")))
                .as("not in additions.txt")
                .isEmpty();
    }

    private static List<Difference> differences(Class<? extends Difference> kind) {
        return Comparison.of(reference(), ours()).stream().filter(kind::isInstance).toList();
    }

    private static Stream<String> unintended(List<Difference> found, Intended intended) {
        return found.stream().filter(it -> !intended.covers(it)).map(Difference::what);
    }

    private static Path folder() {
        return Path.of(
                System.getProperty(
                        "plimsoll.reference",
                        Objects.requireNonNullElse(
                                System.getenv("PLIMSOLL_REFERENCE"), "../../shared/reference")));
    }

    private static JsonNode reference() {
        if (!Files.exists(REFERENCE)) {
            abort("optional: no reference at " + REFERENCE.toAbsolutePath().normalize());
        }
        return JSON.readTree(REFERENCE.toFile());
    }

    private static JsonNode ours() {
        try (var json = ReferenceTest.class.getResourceAsStream("/openapi/openapi.json")) {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
