package dev.plimsoll.api.support;

import java.util.Map;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Request bodies: a small valid one, changed at some places. */
public final class Payload {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String BASE =
            """
            {"name": "%s",
             "networks": [{"networkId": "2028e5d4-af4f-45e2-98df-502be37a4317",
                           "role": "ROLE_LISTENERS_AND_TARGETS"}],
             "listeners": [{"port": 80, "protocol": "PROTOCOL_TCP", "targetPool": "web"}],
             "targetPools": [{"name": "web", "targetPort": 8080,
                              "targets": [{"displayName": "a", "ip": "10.0.0.11"}]}]}
            """;

    private final ObjectNode json;

    private Payload(ObjectNode json) {
        this.json = json;
    }

    public static Payload onStaticAddress(String name) {
        return of(BASE.formatted(name)).with("/externalAddress", "\"192.0.2.5\"");
    }

    public static Payload onEphemeralAddress(String name) {
        return of(BASE.formatted(name)).with("/options", "{\"ephemeralAddress\": true}");
    }

    public static Payload onPrivateAddress(String name) {
        return of(BASE.formatted(name)).with("/options", "{\"privateNetworkOnly\": true}");
    }

    public static Payload onNoAddress(String name) {
        return of(BASE.formatted(name));
    }

    public static Payload of(String json) {
        return new Payload((ObjectNode) JSON.readTree(json));
    }

    public static Payload of(JsonNode json) {
        return new Payload((ObjectNode) json.deepCopy());
    }

    /** As an update of what is at {@code version}. */
    public Payload at(String version) {
        return with("/version", '"' + version + '"');
    }

    /** With the JSON at the pointer; where that is there already, replaced. */
    public Payload with(String pointer, String value) {
        var copy = json.deepCopy();
        var place = JsonPointer.compile(pointer);
        var parent = copy.at(place.head());
        var node = JSON.readTree(value);
        switch (parent) {
            case ObjectNode object -> object.set(place.last().getMatchingProperty(), node);
            case ArrayNode array -> {
                int index = place.last().getMatchingIndex();
                if (index < array.size()) {
                    array.set(index, node);
                } else {
                    array.add(node);
                }
            }
            default -> throw new IllegalArgumentException("Nothing at " + pointer);
        }
        return new Payload(copy);
    }

    public Payload without(String member) {
        var copy = json.deepCopy();
        copy.remove(member);
        return new Payload(copy);
    }

    public Payload withListeners(String... listeners) {
        return with("/listeners", "[" + String.join(",", listeners) + "]");
    }

    public static String listener(int port, String protocol, Map<String, String> more) {
        var node = JSON.createObjectNode();
        node.put("port", port).put("protocol", "PROTOCOL_" + protocol).put("targetPool", "web");
        more.forEach((member, value) -> node.set(member, JSON.readTree(value)));
        return node.toString();
    }

    public JsonNode json() {
        return json;
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
