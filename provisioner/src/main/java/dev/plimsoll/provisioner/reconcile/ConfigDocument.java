package dev.plimsoll.provisioner.reconcile;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.plimsoll.agent.protocol.AgentConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON text that agents get: equal configurations give equal texts. */
final class ConfigDocument {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .changeDefaultPropertyInclusion(
                            present -> present.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private ConfigDocument() {}

    static String of(AgentConfig config) {
        return JSON.writeValueAsString(config);
    }

    static String sha256(String document) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(document.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
