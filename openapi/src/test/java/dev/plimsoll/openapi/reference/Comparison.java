package dev.plimsoll.openapi.reference;

import dev.plimsoll.openapi.reference.Difference.Addition;
import dev.plimsoll.openapi.reference.Difference.Deviation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Finds all differences between two OpenAPI documents that a client could notice. Schemas are
 * compared by their names, as generated clients do.
 */
final class Comparison {
    private static final List<String> METHODS = List.of("get", "post", "put", "delete", "patch");
    private static final List<String> CONSTRAINTS =
            List.of(
                    "type",
                    "format",
                    "pattern",
                    "minimum",
                    "maximum",
                    "minLength",
                    "maxLength",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                    "minProperties",
                    "maxProperties",
                    "nullable",
                    "default",
                    "readOnly",
                    "writeOnly",
                    "deprecated");

    private final JsonNode reference;
    private final JsonNode ours;
    private final List<Difference> found = new ArrayList<>();

    private Comparison(JsonNode reference, JsonNode ours) {
        this.reference = reference;
        this.ours = ours;
    }

    static List<Difference> of(JsonNode reference, JsonNode ours) {
        var comparison = new Comparison(reference, ours);
        comparison.operations();
        comparison.schemas();
        return comparison.found;
    }

    private void operations() {
        var theirs = operations(reference);
        var own = operations(ours);
        theirs.forEach((path, operation) -> {
            if (own.containsKey(path)) {
                operation(operation, own.get(path));
            } else {
                deviation(path + ": absent");
            }
        });
        own.keySet().stream()
                .filter(path -> !theirs.containsKey(path))
                .forEach(path -> addition("operation " + path));
    }

    private static Map<String, JsonNode> operations(JsonNode document) {
        var operations = new TreeMap<String, JsonNode>();
        document.path("paths")
                .forEachEntry((path, item) ->
                        METHODS.stream()
                                .filter(item::has)
                                .forEach(it -> operations.put(it + " " + path, item.path(it))));
        return operations;
    }

    private void operation(JsonNode theirs, JsonNode own) {
        var name = theirs.path("operationId").asString("");
        same(name + ": operationId", theirs.path("operationId"), own.path("operationId"));
        each(
                name + ": parameter ",
                parameters(reference, theirs),
                parameters(ours, own),
                this::parameter);
        var theirBody = resolve(reference, theirs.path("requestBody"));
        var ownBody = resolve(ours, own.path("requestBody"));
        same(name + ": body required", theirBody.path("required"), ownBody.path("required"));
        each(name + ": body ", content(theirBody), content(ownBody), this::schema);
        each(
                name + ": response ",
                responses(reference, theirs),
                responses(ours, own),
                (at, their, our) -> each(at + " ", content(their), content(our), this::schema));
    }

    private static Map<String, JsonNode> parameters(JsonNode document, JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .map(it -> resolve(document, it))
                .collect(
                        Collectors.toMap(
                                it -> it.path("in").asString() + " " + it.path("name").asString(),
                                it -> it));
    }

    private void parameter(String at, JsonNode theirs, JsonNode own) {
        if (theirs.path("required").asBoolean(false) != own.path("required").asBoolean(false)) {
            deviation(at + ": required is " + own.path("required").asBoolean(false));
        }
        schema(at, theirs.path("schema"), own.path("schema"));
    }

    private static Map<String, JsonNode> responses(JsonNode document, JsonNode operation) {
        return operation
                .path("responses")
                .propertyStream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, it -> resolve(document, it.getValue())));
    }

    private static Map<String, JsonNode> content(JsonNode body) {
        return body.path("content")
                .propertyStream()
                .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().path("schema")));
    }

    /** Schemas of ours that are new are additions only where something refers to them. */
    private void schemas() {
        var own = ours.at("/components/schemas");
        reference
                .at("/components/schemas")
                .forEachEntry((name, their) -> {
                    if (own.has(name)) {
                        schema(name, their, own.path(name));
                    } else {
                        deviation(name + ": absent");
                    }
                });
    }

    private void schema(String at, JsonNode theirs, JsonNode own) {
        if (!name(theirs).equals(name(own))) {
            deviation(at + ": is a " + named(own) + " instead of a " + named(theirs));
            return;
        }
        CONSTRAINTS.forEach(it -> same(at + ": " + it, theirs.path(it), own.path(it)));
        members(at, "required", theirs, own);
        members(at, "enum", theirs, own);
        each(
                at + ".",
                properties(theirs.path("properties")),
                properties(own.path("properties")),
                this::schema);
        for (var part : List.of("items", "additionalProperties")) {
            if (theirs.has(part) || own.has(part)) {
                schema(at + " " + part, theirs.path(part), own.path(part));
            }
        }
    }

    /** Of a reference, also where it is wrapped to have a description of its own. */
    private static String name(JsonNode schema) {
        var reference = schema.has("$ref") ? schema : schema.at("/allOf/0");
        return reference.path("$ref").asString("").replaceFirst(".*/", "");
    }

    private static String named(JsonNode schema) {
        return name(schema).isEmpty() ? schema.path("type").asString("nothing") : name(schema);
    }

    private void members(String at, String list, JsonNode theirs, JsonNode own) {
        var their = texts(theirs.path(list));
        var our = texts(own.path(list));
        their.stream()
                .filter(it -> !our.contains(it))
                .forEach(it -> deviation(at + ": " + list + " lacks " + it));
        our.stream()
                .filter(it -> !their.contains(it))
                .forEach(it -> deviation(at + ": " + list + " has " + it));
    }

    private static TreeSet<String> texts(JsonNode list) {
        return list.valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, JsonNode> properties(JsonNode object) {
        return object.propertyStream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private void same(String at, JsonNode theirs, JsonNode own) {
        if (!text(theirs).equals(text(own))) {
            deviation(at + " is " + text(own) + " instead of " + text(theirs));
        }
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() ? "absent" : value.asString();
    }

    private void each(
            String at, Map<String, JsonNode> theirs, Map<String, JsonNode> own, Pairwise compare) {
        new TreeMap<>(theirs)
                .forEach((key, their) -> {
                    if (own.containsKey(key)) {
                        compare.compare(at + key, their, own.get(key));
                    } else {
                        deviation(at + key + ": absent");
                    }
                });
        new TreeSet<>(own.keySet())
                .stream()
                        .filter(key -> !theirs.containsKey(key))
                        .forEach(key -> addition(at + key));
    }

    private interface Pairwise {
        void compare(String at, JsonNode theirs, JsonNode own);
    }

    private static JsonNode resolve(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
    }

    private void deviation(String what) {
        found.add(new Deviation(what));
    }

    private void addition(String what) {
        found.add(new Addition(what));
    }
}
