package dev.plimsoll.api.support;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * An answer is like the one that the contract shows if it has the same members, of the same types.
 * Their values are another matter, and so is how many entries a list has: each that is shown needs
 * one that is like it.
 */
public final class Likeness {
    private Likeness() {}

    /** Between what is shown and the answer that is most like it. */
    public static List<String> fewestDifferences(JsonNode shown, Stream<JsonNode> answers) {
        return fewest("", shown, answers);
    }

    private static List<String> fewest(String at, JsonNode shown, Stream<JsonNode> answers) {
        return answers.map(it -> differences(at, shown, it))
                .min(Comparator.comparing(List::size))
                .orElse(List.of(at + " is missing"));
    }

    private static List<String> differences(String at, JsonNode shown, JsonNode answered) {
        var found = new ArrayList<String>();
        if (shown.getNodeType() != answered.getNodeType()) {
            found.add(at + " is " + answered + " instead of " + shown);
        } else if (shown.isArray()) {
            shown.forEach(it -> found.addAll(fewest(at + "/*", it, answered.valueStream())));
        } else if (shown.isObject()) {
            shown.forEachEntry((name, value) ->
                    found.addAll(differences(at + "/" + name, value, answered.path(name))));
            answered.propertyNames().stream()
                    .filter(name -> !shown.has(name) && !name.equals("nextPageId"))
                    .forEach(name -> found.add(at + "/" + name + " is not shown"));
        }
        return found;
    }
}
