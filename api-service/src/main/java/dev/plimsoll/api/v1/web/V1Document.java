package dev.plimsoll.api.v1.web;

import dev.plimsoll.openapi.model.LoadBalancerErrorDto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The document of v1, made of the one of v2 by the rules that requests and answers follow. */
final class V1Document {
    private static final String DESCRIPTION =
            """
            **Deprecated**: use v2 (`/openapi.json`). The same load balancers in the server's default region, as far as v1 \
            knows them: answers leave out what v2 has added, and an update that leaves out a health check's alternative \
            port or HTTP settings clears them.
            """;
    private static final String SCHEMAS = "#/components/schemas/";

    private final ObjectNode document;

    private V1Document(ObjectNode document) {
        this.document = document;
    }

    static String json() {
        try (var contract = new ClassPathResource("openapi/openapi.json").getInputStream()) {
            var v1 = new V1Document((ObjectNode) JsonMapper.shared().readTree(contract));
            v1.describe();
            v1.renamePaths();
            v1.removeLaterMembers();
            v1.removeUnusedSchemas();
            return v1.document.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void describe() {
        var info = (ObjectNode) document.path("info");
        info.put("version", "1.7.2").put("description", DESCRIPTION);
    }

    private void renamePaths() {
        var paths = document.objectNode();
        var tags = new HashSet<String>();
        for (var path : document.path("paths").properties()) {
            V1Paths.toV1(path.getKey())
                    .ifPresent(name -> {
                        for (var operation : path.getValue()) {
                            deprecate((ObjectNode) operation);
                            tags.add(operation.at("/tags/0").asString());
                        }
                        paths.set(name, path.getValue());
                    });
        }
        document.set("paths", paths);
        removeIf(document.path("tags"), tag -> !tags.contains(tag.path("name").asString()));
    }

    private static void deprecate(ObjectNode operation) {
        operation.put("deprecated", true);
        removeIf(
                operation.path("parameters"),
                parameter -> parameter.path("name").asString().equals("region"));
    }

    private void removeLaterMembers() {
        LaterMembers.BY_TYPE.forEach((type, members) -> {
            var schema = document.at("/components/schemas/" + schemaOf(type));
            ((ObjectNode) schema.path("properties")).remove(members);
            removeIf(schema.path("required"), name -> members.contains(name.asString()));
        });
        removeIf(
                document.at("/components/schemas/LoadBalancerError/properties/type/enum"),
                type ->
                        LaterMembers.ERRORS.contains(
                                LoadBalancerErrorDto.TypeEnum.fromValue(type.asString())));
    }

    private static String schemaOf(Class<?> type) {
        var name = type.getSimpleName();
        return name.substring(0, name.length() - "Dto".length());
    }

    private void removeUnusedSchemas() {
        var schemas = (ObjectNode) document.at("/components/schemas");
        var used = new HashSet<String>();
        var toFollow = new ArrayDeque<JsonNode>();
        toFollow.add(document.path("paths"));
        while (!toFollow.isEmpty()) {
            for (var reference : toFollow.remove().findValuesAsString("$ref")) {
                var name = reference.substring(reference.lastIndexOf('/') + 1);
                if (reference.startsWith(SCHEMAS) && used.add(name)) {
                    toFollow.add(schemas.path(name));
                }
            }
        }
        schemas.retain(Set.copyOf(used));
    }

    private static void removeIf(JsonNode array, java.util.function.Predicate<JsonNode> unwanted) {
        if (array instanceof ArrayNode nodes) {
            nodes.removeIf(unwanted);
        }
    }
}
