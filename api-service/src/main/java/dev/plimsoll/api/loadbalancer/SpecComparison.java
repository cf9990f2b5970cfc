package dev.plimsoll.api.loadbalancer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds what is different in two specs, member by member. Finds nothing exactly if they are equal.
 * Listeners, pools and targets are recognised wherever they stand; other lists are compared whole.
 */
final class SpecComparison {
    private static final int NOWHERE = -1;
    private static final ObjectNode EMPTY = JsonNodeFactory.instance.objectNode();

    /** How the elements of a list are recognised: by the first key if possible, else the next. */
    private static final Map<String, List<Function<JsonNode, String>>> KEYS =
            Map.of(
                    "/listeners",
                    List.of(SpecComparison::portAndServerNames, SpecComparison::port),
                    "/targetPools",
                    List.of(pool -> pool.path("name").asString("")),
                    "/targetPools/*/targets",
                    List.of(target -> target.path("ip").asString("")));

    private final List<Change> changes = new ArrayList<>();

    private SpecComparison() {}

    static List<Change> between(JsonNode from, JsonNode to) {
        var comparison = new SpecComparison();
        comparison.compare("", "", from, to);
        return comparison.changes;
    }

    /**
     * @param kind the path with {@code *} for the indices
     */
    private void compare(String path, String kind, @Nullable JsonNode from, @Nullable JsonNode to) {
        if (from instanceof ArrayNode old
                && to instanceof ArrayNode next
                && KEYS.containsKey(kind)) {
            compareElements(path, kind, old, next);
        } else if (isDescribedByItsMembers(from, to)) {
            compareMembers(path, kind, from == null ? EMPTY : from, to == null ? EMPTY : to);
        } else if (!Objects.equals(from, to)) {
            changes.add(new Change(path, from, to));
        }
    }

    /** An object that comes or goes is told by its members, unless it has none. */
    private static boolean isDescribedByItsMembers(@Nullable JsonNode from, @Nullable JsonNode to) {
        if (from == null || to == null) {
            var only = from == null ? to : from;
            return only != null && only.isObject() && !only.isEmpty();
        }
        return from.isObject() && to.isObject();
    }

    private void compareMembers(String path, String kind, JsonNode from, JsonNode to) {
        var members = new LinkedHashSet<>(to.propertyNames());
        members.addAll(from.propertyNames());
        for (var member : members) {
            var step = "/" + member.replace("~", "~0").replace("/", "~1");
            compare(path + step, kind + step, from.get(member), to.get(member));
        }
    }

    private void compareElements(String path, String kind, ArrayNode from, ArrayNode to) {
        var keys = KEYS.getOrDefault(kind, List.of());
        var origins = origins(from, to, keys);
        for (int i = 0; i < to.size(); i++) {
            var element = path + "/" + i;
            if (origins[i] == NOWHERE) {
                changes.add(new Change(element, null, to.get(i)));
            } else {
                compare(element, kind + "/*", from.get(origins[i]), to.get(i));
            }
        }
        var stayed = Arrays.stream(origins).filter(origin -> origin != NOWHERE).boxed().toList();
        for (int i = 0; i < from.size(); i++) {
            if (!stayed.contains(i)) {
                changes.add(new Change(path + "/" + i, from.get(i), null));
            }
        }
        var sorted = stayed.stream().sorted().toList();
        if (!sorted.equals(stayed)) {
            changes.add(
                    new Change(
                            path,
                            names(from, sorted, keys.getFirst()),
                            names(from, stayed, keys.getFirst())));
        }
    }

    /** For each new element the index of the old one that it was. */
    private static int[] origins(
            ArrayNode from, ArrayNode to, List<Function<JsonNode, String>> keys) {
        var origins = new int[to.size()];
        Arrays.fill(origins, NOWHERE);
        var taken = new boolean[from.size()];
        for (var key : keys) {
            var byKey = new HashMap<String, List<Integer>>();
            for (int i = 0; i < from.size(); i++) {
                if (!taken[i]) {
                    byKey.computeIfAbsent(key.apply(from.get(i)), _ -> new ArrayList<>()).add(i);
                }
            }
            for (int i = 0; i < to.size(); i++) {
                var candidates = byKey.getOrDefault(key.apply(to.get(i)), List.of());
                if (origins[i] == NOWHERE && !candidates.isEmpty()) {
                    origins[i] = candidates.removeFirst();
                    taken[origins[i]] = true;
                }
            }
        }
        return origins;
    }

    private static ArrayNode names(
            ArrayNode elements, List<Integer> order, Function<JsonNode, String> key) {
        var names = JsonNodeFactory.instance.arrayNode();
        order.forEach(index -> names.add(key.apply(elements.get(index))));
        return names;
    }

    private static String port(JsonNode listener) {
        var transport =
                listener.path("protocol").asString("").equals("PROTOCOL_UDP") ? "udp" : "tcp";
        return transport + "/" + listener.path("port").asInt();
    }

    private static String portAndServerNames(JsonNode listener) {
        return listener.path("serverNameIndicators")
                .valueStream()
                .map(server -> server.path("name").asString(""))
                .sorted()
                .collect(Collectors.joining(" ", port(listener) + " ", ""))
                .strip();
    }
}
