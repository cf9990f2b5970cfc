package dev.plimsoll.provisioner.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.GatewayMessage;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/** The messages' JSON: a record's simple name in {@code type}, nulls left out. */
final class AgentJson {
    static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .addMixIn(AgentMessage.class, Named.class)
                    .addMixIn(GatewayMessage.class, Named.class)
                    .registerSubtypes(subtypes(AgentMessage.class))
                    .registerSubtypes(subtypes(GatewayMessage.class))
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .changeDefaultPropertyInclusion(
                            present -> present.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private AgentJson() {}

    private static NamedType[] subtypes(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses())
                .map(type -> new NamedType(type, type.getSimpleName()))
                .toArray(NamedType[]::new);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Named {}
}
