package dev.plimsoll.agent.app.machine;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.GatewayMessage;
import dev.plimsoll.agent.protocol.VipOwnership;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON in the shape of the protocol's records. */
public final class Json {

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
    private interface Typed {}

    private static final JsonMapper LENIENT =
            JsonMapper.builder()
                    .addMixIn(AgentMessage.class, Typed.class)
                    .addMixIn(GatewayMessage.class, Typed.class)
                    .addMixIn(VipOwnership.class, Typed.class)
                    .changeDefaultPropertyInclusion(
                            i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.FAIL_ON_INVALID_SUBTYPE)
                    .build();

    private static final JsonMapper STRICT =
            LENIENT.rebuild()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_INVALID_SUBTYPE)
                    .build();

    private Json() {}

    /**
     * For messages and files: members that this version does not know are passed over, and what is
     * of an unknown type is null.
     */
    public static JsonMapper lenient() {
        return LENIENT;
    }

    /** For configuration documents: what is not understood must not be taken as applied. */
    public static JsonMapper strict() {
        return STRICT;
    }
}
