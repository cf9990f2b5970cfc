package dev.plimsoll.api.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plimsoll.api.support.ApiTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Our document of v1 beside the one that clients were generated from, which is not ours to publish:
 * where it is, says the environment variable {@code PLIMSOLL_REFERENCE}.
 */
class ReferenceTest extends ApiTest {
    private static final String NAME = "stackit-load-balancer-v1.json";

    private JsonNode ours;
    private JsonNode reference;

    @BeforeEach
    void documents() {
        var folder =
                Path.of(
                        System.getenv()
                                .getOrDefault("PLIMSOLL_REFERENCE", "../../shared/reference"));
        assumeTrue(Files.isDirectory(folder), "optional: no reference documents in " + folder);
        reference = JsonMapper.shared().readTree(folder.resolve(NAME));
        ours = with("").get("/openapi-v1.json").isOk().json();
    }

    @Test
    void pathsAndOperationsAreTheSame() {
        assertThat(operations(ours)).isEqualTo(operations(reference));
    }

    @Test
    void answersAreTheSame() {
        for (var path : reference.path("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                var place = "/paths/" + path.getKey().replace("/", "~1") + "/" + operation.getKey();
                var responses = ours.at(place + "/responses");
                assertThat(responses.propertyNames())
                        .as(place)
                        .containsAll(operation.getValue().path("responses").propertyNames());
                var schema = "/200/content/application~1json/schema/$ref";
                assertThat(responses.at(schema).asString())
                        .as(place)
                        .isEqualTo(operation.getValue().path("responses").at(schema).asString());
            }
        }
    }

    @Test
    void schemasHaveTheSameMembersAndValues() {
        var schemas = reference.at("/components/schemas").properties();
        for (var schema : schemas) {
            if (schema.getKey().equals("Status")) {
                continue; // Errors have our own body, of which this is a part.
            }
            var properties = schema.getValue().path("properties");
            var own = ours.at("/components/schemas/" + schema.getKey());
            assertThat(own.isMissingNode()).as(schema.getKey()).isFalse();
            assertThat(names(own.path("properties")))
                    .as(schema.getKey())
                    .isEqualTo(names(properties));
            for (var property : properties.properties()) {
                var place = schema.getKey() + "." + property.getKey();
                var ownProperty = own.path("properties").path(property.getKey());
                assertThat(ownProperty.path("enum"))
                        .as(place)
                        .isEqualTo(property.getValue().path("enum"));
                assertThat(ownProperty.path("type").asString(""))
                        .as(place)
                        .isEqualTo(property.getValue().path("type").asString(""));
            }
        }
    }

    private static Set<String> operations(JsonNode document) {
        return document.path("paths")
                .propertyStream()
                .flatMap(path ->
                        path.getValue()
                                .propertyStream()
                                .map(it ->
                                        it.getKey()
                                                + " "
                                                + path.getKey()
                                                + " "
                                                + it.getValue().path("operationId").asString()))
                .collect(Collectors.toSet());
    }

    private static Set<String> names(JsonNode properties) {
        return properties
                .propertyStream()
                .map(java.util.Map.Entry::getKey)
                .collect(Collectors.toSet());
    }
}
