package dev.plimsoll.api.loadbalancer;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Specs as they lie in the database: the API's member names, nothing for what was not given. */
final class SpecJson {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .changeDefaultPropertyInclusion(
                            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private SpecJson() {}

    static String write(LoadBalancerSpec spec) {
        return JSON.writeValueAsString(spec);
    }

    static JsonNode tree(LoadBalancerSpec spec) {
        return JSON.valueToTree(spec);
    }

    static LoadBalancerSpec read(String json) {
        return JSON.readValue(json, LoadBalancerSpec.class);
    }

    static <T> T read(String json, Class<T> type) {
        return JSON.readValue(json, type);
    }
}
