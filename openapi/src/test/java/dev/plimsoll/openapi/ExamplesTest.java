package dev.plimsoll.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the document shows fits what it says. The service's own tests send the requests. */
class ExamplesTest {
    private final JsonNode document = Document.bundled();
    private final SchemaRegistry schemas = SchemaRegistry.withDialect(Dialects.getOpenApi30());

    @Test
    void bodiesFitTheirSchemas() {
        var wrong = new TreeSet<String>();
        Document.walk(
                "",
                document,
                (at, node) -> {
                    if (node.has("schema")) {
                        examples(node)
                                .flatMap(it -> errors(node.path("schema"), it).stream())
                                .forEach(it -> wrong.add(at + ": " + it));
                    }
                });
        assertThat(wrong).isEmpty();
    }

    @Test
    void membersFitTheirSchemas() {
        var wrong = new TreeSet<String>();
        document.at("/components/schemas")
                .forEachEntry((name, schema) ->
                        schema.path("properties")
                                .forEachEntry((member, it) -> {
                                    if (it.has("example")) {
                                        errors(it, it.path("example"))
                                                .forEach(e ->
                                                        wrong.add(name + "." + member + ": " + e));
                                    }
                                }));
        assertThat(wrong).isEmpty();
    }

    /** The service's own tests hold its answers against them. */
    @Test
    void everySuccessIsShown() {
        var bare = new TreeSet<String>();
        Document.operations(document)
                .map(it -> it.getValue())
                .forEach(operation ->
                        operation
                                .path("responses")
                                .propertyStream()
                                .filter(it -> it.getKey().startsWith("2"))
                                .flatMap(it -> it.getValue().path("content").propertyStream())
                                .filter(it -> examples(it.getValue()).findAny().isEmpty())
                                .forEach(it ->
                                        bare.add(
                                                operation.path("operationId").asString()
                                                        + ": "
                                                        + it.getKey())));
        assertThat(bare).isEmpty();
    }

    @Test
    void everyRequestBodyIsShown() {
        assertThat(
                        Document.operations(document)
                                .map(it -> it.getValue())
                                .filter(operation ->
                                        operation
                                                .at("/requestBody/content")
                                                .valueStream()
                                                .anyMatch(it -> examples(it).findAny().isEmpty()))
                                .map(it -> it.path("operationId").asString()))
                .isEmpty();
    }

    private static Stream<JsonNode> examples(JsonNode node) {
        var named = node.path("examples").valueStream().map(it -> it.path("value"));
        return node.has("example") ? Stream.concat(named, Stream.of(node.path("example"))) : named;
    }

    private List<Error> errors(JsonNode schema, JsonNode example) {
        var root = Document.JSON.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", document.path("components"));
        return schemas.getSchema(root)
                .validate(
                        example,
                        it -> it.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
}
