package dev.plimsoll.api.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds answers against the document that the service publishes: the status must be listed, the
 * body must fit its schema, and have no member that the schema does not know.
 */
public final class Contract {
    static final String EVENT_STREAM = "text/event-stream";

    /** Of these only the media type is checked; what they say has tests of its own. */
    private static final Set<String> NOT_JSON = Set.of(EVENT_STREAM, "text/csv", "text/plain");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JsonNode document;
    private final SchemaRegistry schemas = SchemaRegistry.withDialect(Dialects.getOpenApi30());
    private final Map<String, Schema> byReference = new ConcurrentHashMap<>();

    public Contract() {
        this(published());
    }

    public Contract(JsonNode document) {
        this.document = document;
        for (var schema : document.at("/components/schemas")) {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        }
    }

    private static JsonNode published() {
        try (var stream = Contract.class.getResourceAsStream("/openapi/openapi.json")) {
            return JSON.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonNode document() {
        return document;
    }

    public void check(String method, String path, Answer answer) {
        assertThat(answer.header("X-Request-Id")).as("request id of " + path).isNotEmpty();
        if (answer.status() >= 400) {
            checkProblem(answer);
        }
        operation(method, path).ifPresent(operation -> checkListed(operation, answer));
    }

    private void checkProblem(Answer answer) {
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.status()).isNotIn(502, 504);
        fits("#/components/schemas/Problem", answer);
        assertThat(answer.json().path("status").asInt()).isEqualTo(answer.status());
        assertThat(answer.string("/requestId")).isEqualTo(answer.header("X-Request-Id"));
    }

    private void checkListed(JsonNode operation, Answer answer) {
        var responses = operation.path("responses");
        var listed = responses.path(String.valueOf(answer.status()));
        if (answer.status() < 400) {
            assertThat(listed.isMissingNode()).as("listed: " + answer).isFalse();
        }
        var type = answer.header("Content-Type").replaceAll(";.*", "");
        if (NOT_JSON.contains(type)) {
            assertThat(listed.path("content").has(type)).as("%s listed", type).isTrue();
        } else if (answer.status() < 300 && listed.has("content")) {
            var schema = listed.path("content").path(type).path("schema").path("$ref");
            assertThat(schema.isMissingNode()).as("%s listed: %s", type, answer).isFalse();
            fits(schema.asString(), answer);
        }
    }

    private void fits(String reference, Answer answer) {
        var errors =
                byReference
                        .computeIfAbsent(reference, this::schema)
                        .validate(
                                answer.json(),
                                it ->
                                        it.executionConfig(
                                                config -> config.formatAssertionsEnabled(true)));
        assertThat(errors).as(answer.text()).isEmpty();
    }

    private Schema schema(String reference) {
        var root = JSON.createObjectNode();
        root.putArray("allOf").addObject().put("$ref", reference);
        root.set("components", document.path("components"));
        return schemas.getSchema(root);
    }

    private Optional<JsonNode> operation(String method, String path) {
        var plain = path.replaceAll("\\?.*", "").replaceAll("/{2,}", "/");
        return document.path("paths")
                .propertyStream()
                .filter(entry -> pattern(entry.getKey()).matcher(plain).matches())
                .map(entry -> entry.getValue().path(method.toLowerCase(java.util.Locale.ROOT)))
                .filter(operation -> !operation.isMissingNode())
                .findFirst();
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(template.replaceAll("\\{[^}]+}", "[^/]+"));
    }
}
