package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One member of a valid payload made wrong: always a 400 that names it, never a 500. */
class InvalidMutationTest extends ApiTest {
    private static final int ROUNDS = 300;
    private static final long SEED = 20_260_102;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Values that are wrong for the member, by its name. */
    private record Wrong(Pattern place, List<String> values) {
        Wrong(String place, String... values) {
            this(Pattern.compile(place), List.of(values));
        }
    }

    private static final List<Wrong> WRONG =
            List.of(
                    new Wrong("/name", "\"\"", "\"Web\"", "7", "[]", "\"-a\"", "null"),
                    new Wrong(
                            ".*/(port|targetPort|altPort)",
                            "0",
                            "65536",
                            "80.5",
                            "\"x\"",
                            "[]",
                            "true",
                            "1e99",
                            "\"\""),
                    new Wrong(".*/protocol", "\"TCP\"", "\"\"", "1", "{}", "null"),
                    new Wrong(".*/targetPool", "\"none\"", "3", "null"),
                    new Wrong(
                            ".*/(idleTimeout|interval|timeout)",
                            "\"5m\"",
                            "\"\"",
                            "\"-1s\"",
                            "\"0s\"",
                            "5",
                            "\"999999s\"",
                            "\"01s\""),
                    new Wrong(".*/intervalJitter", "\"-1s\"", "\"x\"", "{}"),
                    new Wrong(
                            ".*/ip", "\"\"", "\"1.2.3\"", "\"1.2.3.256\"", "\"host\"", "1", "null"),
                    new Wrong(
                            ".*/(healthyThreshold|unhealthyThreshold)",
                            "0",
                            "-1",
                            "1000001",
                            "1.5",
                            "\"many\""),
                    new Wrong(".*/okStatuses/\\d+", "\"302\"", "\"199\"", "\"\"", "[]", "{}"),
                    new Wrong(".*/path", "\"x\"", "\"/a b\"", "\"/\\r\\nx\"", "false"),
                    new Wrong(
                            ".*/allowedSourceRanges/\\d+",
                            "\"10.0.0.0\"",
                            "\"10.0.0.0/33\"",
                            "\"a/8\"",
                            "8",
                            "\"::1/129\""),
                    new Wrong(
                            ".*/networkId",
                            "\"x\"",
                            "\"2028E5D4-AF4F-45E2-98DF-502BE37A4317\"",
                            "1",
                            "null"),
                    new Wrong(".*/role", "\"ROLE_TARGETS\"", "\"x\"", "0", "null"),
                    new Wrong("/planId", "\"p25\"", "\"P10\"", "10"),
                    new Wrong("/externalAddress", "\"x\"", "\"1.2.3.4/32\"", "\"::1\"", "1"),
                    new Wrong("/labels/[^/]+", "\"-\"", "\"a b\"", "7", "{}"),
                    new Wrong(
                            ".*/(useSourceIpAddress|enabled|skipCertificateValidation)",
                            "1",
                            "\"x\"",
                            "[]",
                            "\"\""),
                    new Wrong("/disableTargetSecurityGroupAssignment", "\"no\"", "0", "{}"),
                    new Wrong(
                            ".*/(listeners|targetPools|targets|networks)",
                            "[]",
                            "{}",
                            "\"x\"",
                            "null"),
                    new Wrong(
                            ".*/serverNameIndicators/\\d+/name",
                            "\"\"",
                            "\"a..b\"",
                            "\"a b\"",
                            "\"1.2.3.4\"",
                            "4"),
                    new Wrong(".*/displayName", "\"" + "x".repeat(64) + "\"", "\"\\u0000\"", "5"));

    @Test
    void wrongMemberIsNamed() {
        var random = new Random(SEED);
        var specs = new RandomSpecs(random);
        for (int round = 0; round < ROUNDS; round++) {
            var payload = specs.payload("lb-" + round);
            var places = places(payload);
            var place = places.get(random.nextInt(places.size()));
            var values = wrongAt(place).values();
            var value = values.get(random.nextInt(values.size()));
            put(payload, place, value);
            var answer = api.create(payload);
            answer.isProblem(400, 3);
            assertThat(answer.json().path("errors").findValuesAsString("pointer"))
                    .as("%s = %s: %s", place, value, answer.text())
                    .anySatisfy(pointer -> assertThat(pointer).startsWith(place));
        }
        assertThat(api.get("load-balancers").json().path("loadBalancers").size()).isZero();
    }

    private static List<String> places(JsonNode payload) {
        var places = new ArrayList<String>();
        collect(payload, "", places);
        return places.stream().filter(it -> wrongAt(it) != null).toList();
    }

    private static void collect(JsonNode node, String pointer, List<String> into) {
        into.add(pointer);
        switch (node) {
            case ObjectNode object ->
                    object.forEachEntry(
                            (member, value) -> collect(value, pointer + "/" + member, into));
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    collect(array.path(i), pointer + "/" + i, into);
                }
            }
            default -> {}
        }
    }

    private static Wrong wrongAt(String place) {
        return WRONG.stream()
                .filter(it -> it.place().matcher(place).matches())
                .findFirst()
                .orElse(null);
    }

    private static void put(ObjectNode payload, String place, String value) {
        var pointer = JsonPointer.compile(place);
        var node = JSON.readTree(value);
        switch (payload.at(pointer.head())) {
            case ObjectNode object -> object.set(pointer.last().getMatchingProperty(), node);
            case ArrayNode array -> array.set(pointer.last().getMatchingIndex(), node);
            default -> throw new IllegalStateException(place);
        }
    }
}
