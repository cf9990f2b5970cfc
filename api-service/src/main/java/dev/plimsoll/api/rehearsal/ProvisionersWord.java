package dev.plimsoll.api.rehearsal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the provisioner would do, by its own plan.
 *
 * @param isThere false where none has answered in time, or none was asked
 * @param obstacle why it could not serve the order as it is; null where it could
 * @param document what agents would get; null where that is not known
 * @param replaced machines that would give their place to others
 * @param drain how long those would leave their connections to end
 */
record ProvisionersWord(
        boolean isThere,
        @Nullable String obstacle,
        @Nullable String document,
        Set<UUID> replaced,
        Duration drain) {

    static final ProvisionersWord NONE =
            new ProvisionersWord(false, null, null, Set.of(), Duration.ZERO);

    static ProvisionersWord of(JsonNode json) {
        return new ProvisionersWord(
                true,
                text(json.path("obstacle").path("message")),
                text(json.path("document")),
                uuids(json.path("replaced").valueStream().map(JsonNode::asString).toList()),
                Duration.ofMillis(json.path("drainMillis").asLong()));
    }

    private static @Nullable String text(JsonNode member) {
        return member.isString() ? member.asString() : null;
    }

    private static Set<UUID> uuids(List<String> texts) {
        return texts.stream().map(UUID::fromString).collect(Collectors.toUnmodifiableSet());
    }
}
