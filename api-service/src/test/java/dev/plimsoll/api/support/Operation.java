package dev.plimsoll.api.support;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One operation of the contract.
 *
 * @param path with parameters, as {@code /v2/regions/{region}/plans}
 */
public record Operation(String id, String method, String path, JsonNode json) {
    private static final List<String> METHODS = List.of("get", "post", "put", "delete", "patch");
    private static final List<Operation> ALL = read(new Contract().document());

    private static List<Operation> read(JsonNode document) {
        return document.path("paths")
                .propertyStream()
                .flatMap(path ->
                        path.getValue()
                                .propertyStream()
                                .filter(it -> METHODS.contains(it.getKey()))
                                .map(it -> of(path.getKey(), it.getKey(), it.getValue())))
                .toList();
    }

    private static Operation of(String path, String method, JsonNode json) {
        var id = json.path("operationId").asString();
        return new Operation(id, method.toUpperCase(Locale.ROOT), path, json);
    }

    public static Stream<Operation> all() {
        return ALL.stream();
    }

    public static Operation called(String id) {
        return all().filter(it -> it.id.equals(id)).findFirst().orElseThrow();
    }

    public boolean isRead() {
        return method.equals("GET");
    }

    /** What its path names need not be there. */
    public boolean mayMake() {
        return method.equals("PUT");
    }

    public boolean isOpenToEveryone() {
        return json.has("security") && json.path("security").isEmpty();
    }

    public boolean isRehearsable() {
        return json.path("parameters")
                .valueStream()
                .anyMatch(it ->
                        it.path("name").asString("").equals("dryRun")
                                || it.path("$ref").asString("").endsWith("/DryRun"));
    }

    public boolean takesABody() {
        return json.has("requestBody");
    }

    /** What the contract shows to send, by name. */
    public Stream<Map.Entry<String, JsonNode>> bodies() {
        return json.at("/requestBody/content")
                .valueStream()
                .flatMap(it -> it.path("examples").propertyStream())
                .map(it -> Map.entry(it.getKey(), it.getValue().path("value")));
    }

    /** Null if it shows none. */
    public JsonNode firstBody() {
        return bodies().map(Map.Entry::getValue).findFirst().orElse(null);
    }

    /** Streams show no JSON; they have tests of their own. */
    public boolean shows(String mediaType) {
        return json.at("/responses/200/content").has(mediaType);
    }

    /** What the contract shows as a successful answer. */
    public JsonNode shown(String mediaType) {
        return json.at("/responses/200/content")
                .path(mediaType)
                .path("examples")
                .valueStream()
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " shows no " + mediaType))
                .path("value");
    }

    @Override
    public String toString() {
        return id;
    }
}
