package dev.plimsoll.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the document shows fits what it says. The service's own tests send the requests. */
class ExamplesTest {
    private static final Set<String> SHOWN =
            Set.of("LoadBalancers", "TargetPools", "Status", "Plans", "Quota", "Credentials");

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

    /** Where a person tries the API first. */
    @Test
    void successIsShown() {
        var bare =
                Document.operations(document)
                        .map(it -> it.getValue())
                        .filter(it -> SHOWN.contains(it.at("/tags/0").asString()))
                        .filter(it ->
                                examples(it.at("/responses/200/content/application~1json"))
                                        .findAny()
                                        .isEmpty())
                        .map(it -> it.path("operationId").asString());
        assertThat(bare).isEmpty();
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
