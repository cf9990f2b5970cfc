package dev.plimsoll.openapi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ways around in the bundled document. */
final class Document {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> METHODS = List.of("get", "post", "put", "delete", "patch");

    private Document() {}

    static JsonNode bundled() {
        try (var json = Document.class.getResourceAsStream("/openapi/openapi.json")) {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By method and path. */
    static Stream<Map.Entry<String, JsonNode>> operations(JsonNode document) {
        return document.path("paths")
                .propertyStream()
                .flatMap(path ->
                        METHODS.stream()
                                .filter(path.getValue()::has)
                                .map(it ->
                                        Map.entry(
                                                it + " " + path.getKey(),
                                                path.getValue().path(it))));
    }

    static JsonNode resolve(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
    }

    /** Every object in it, with its JSON pointer. */
    static void walk(String pointer, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        if (node.isObject()) {
            visitor.accept(pointer, node);
            node.forEachEntry((name, child) -> walk(pointer + "/" + name, child, visitor));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(pointer + "/" + i, node.get(i), visitor);
            }
        }
    }
}
