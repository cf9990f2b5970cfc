package dev.plimsoll.provisioner.driver.simulated;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.agent.protocol.VipOwnership;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/** The protocol's JSON, an agent's side of it. */
final class Messages {
    static final JsonMapper JSON =
            JsonMapper.builder()
                    .addMixIn(AgentMessage.class, Named.class)
                    .addMixIn(GatewayMessage.class, Named.class)
                    .addMixIn(VipOwnership.class, Named.class)
                    .registerSubtypes(subtypes(AgentMessage.class))
                    .registerSubtypes(subtypes(GatewayMessage.class))
                    .registerSubtypes(subtypes(VipOwnership.class))
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .changeDefaultPropertyInclusion(
                            present -> present.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private Messages() {}

    static String text(AgentMessage message) {
        return JSON.writerFor(AgentMessage.class).writeValueAsString(message);
    }

    static GatewayMessage read(String text) {
        return JSON.readValue(text, GatewayMessage.class);
    }

    private static NamedType[] subtypes(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses())
                .map(type -> new NamedType(type, type.getSimpleName()))
                .toArray(NamedType[]::new);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Named {}
}
