package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.InParallel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One member of a valid payload made wrong: always a 400 that names it, never a 500. */
class InvalidMutationTest extends ApiTest {
    private static final int ROUNDS = 2000;
    private static final int CLIENTS = 8;
    private static final int RELATIONS_OF_TEN = 2;
    private static final long SEED = Long.getLong("plimsoll.test.seed", 20_260_102);
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
                    new Wrong(".*/customCa", "\"!\"", "\"QQ==\"", "7", "{}"),
                    new Wrong(".*/credentialsRef", "\"none\"", "7", "[]", "null"),
                    new Wrong(".*/pushUrl", "\"ftp://x/\"", "\"x\"", "\"http://\"", "1", "null"),
                    new Wrong("/options/(ephemeralAddress|privateNetworkOnly)", "\"x\"", "1", "[]"),
                    new Wrong(
                            ".*/(options|accessControl|observability|logs|metrics|labels|tls"
                                    + "|sessionPersistence|activeHealthCheck|httpHealthChecks"
                                    + "|tcp|udp)",
                            "7",
                            "\"x\"",
                            "[1]",
                            "true"),
                    new Wrong(
                            ".*/(allowedSourceRanges|okStatuses|serverNameIndicators)",
                            "7",
                            "\"x\"",
                            "{}"),
                    new Wrong(".*/displayName", "\"" + "x".repeat(64) + "\"", "\"\\u0000\"", "5"));

    /** Two members that are right by themselves and wrong together; says which one is blamed. */
    private static final List<Function<ObjectNode, String>> RELATIONS =
            List.of(
                    payload -> twice(payload, "/targetPools") + "/name",
                    payload -> twice(payload, "/targetPools/0/targets") + "/ip",
                    payload -> twice(payload, "/listeners"),
                    payload -> {
                        twice(payload, "/networks");
                        return "/networks";
                    },
                    payload -> {
                        payload.put("version", "lb-1");
                        return "/version";
                    },
                    payload -> {
                        var options = payload.withObjectProperty("options");
                        options.put("ephemeralAddress", true).put("privateNetworkOnly", true);
                        return "/options";
                    },
                    payload -> {
                        payload.remove("externalAddress");
                        payload.remove("options");
                        return "/externalAddress";
                    },
                    payload -> {
                        payload.withObjectProperty("labels").put("stackit-x", "");
                        return "/labels/stackit-x";
                    });

    private record Mutation(ObjectNode payload, String blamed, String what) {}

    @Test
    void wrongMemberIsNamed() {
        var reference =
                api.post(
                                "credentials",
                                """
                                {"displayName": "a", "username": "u", "password": "p"}
                                """)
                        .isOk()
                        .string("/credential/credentialsRef");
        var random = new Random(SEED);
        var specs = new RandomSpecs(random, reference);
        var rounds = new ArrayList<Callable<Boolean>>();
        for (int round = 0; round < ROUNDS; round++) {
            var mutation = mutation(specs.payload("lb-" + round), random);
            rounds.add(() -> check(mutation));
        }
        assertThat(InParallel.run(CLIENTS, rounds)).hasSize(ROUNDS);
        assertThat(api.get("load-balancers").json().path("loadBalancers").size()).isZero();
    }

    private boolean check(Mutation mutation) {
        var answer = api.create(mutation.payload());
        assertThat(answer.status()).as("%s: %s", mutation, answer.text()).isEqualTo(400);
        assertThat(answer.json().path("errors").findValuesAsString("pointer"))
                .as("-Dplimsoll.test.seed=%d %s: %s", SEED, mutation, answer.text())
                .anySatisfy(pointer -> assertThat(pointer).startsWith(mutation.blamed()));
        return true;
    }

    private static Mutation mutation(ObjectNode payload, Random random) {
        if (random.nextInt(10) < RELATIONS_OF_TEN) {
            var relation = random.nextInt(RELATIONS.size());
            var blamed = RELATIONS.get(relation).apply(payload);
            return new Mutation(payload, blamed, "relation " + relation);
        }
        var places = places(payload);
        var place = places.get(random.nextInt(places.size()));
        var values = wrongAt(place).values();
        var value = values.get(random.nextInt(values.size()));
        put(payload, place, value);
        return new Mutation(payload, place, place + " = " + value);
    }

    /** The place of a list's first element when it is there once more, at the end. */
    private static String twice(ObjectNode payload, String list) {
        var elements = (ArrayNode) payload.at(list);
        elements.add(elements.path(0).deepCopy());
        return list + "/" + (elements.size() - 1);
    }

    private static List<String> places(JsonNode payload) {
        var places = new ArrayList<String>();
        collect(payload, "", places);
        return places.stream()
                .filter(it -> wrongAt(it) != null && !isBlankReference(payload, it))
                .toList();
    }

    /** Beside an empty one, a wrong reference or URL is not the only thing that is wrong. */
    private static boolean isBlankReference(JsonNode payload, String place) {
        return place.matches(".*/(credentialsRef|pushUrl)")
                && payload.at(place).asString("").isEmpty();
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
