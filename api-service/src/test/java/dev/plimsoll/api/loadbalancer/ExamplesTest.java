package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Contract;
import dev.plimsoll.api.support.Payload;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What the contract shows as an example works as it stands. */
class ExamplesTest extends ApiTest {
    private static final String LIST = "/v2/projects/{projectId}/regions/{region}/load-balancers";

    @ParameterizedTest(name = "{0}")
    @MethodSource("creations")
    void creationIsAccepted(String name, JsonNode body) {
        api.create(body).isOk();
    }

    static Stream<Arguments> creations() {
        return examples(LIST, "post");
    }

    @Test
    void updateAndPoolAreAccepted() {
        var created = api.create(example(LIST, "post", "Smallest")).isOk();
        var update = Payload.of(example(LIST + "/{name}", "put", "Update"));
        api.put("load-balancers/smallest", update.at(created.version()), "Prefer", "wait=0").isOk();
        var pool = example(LIST + "/{name}/target-pools/{targetPoolName}", "put", "Pool");
        var answer = api.put("load-balancers/smallest/target-pools/web", pool, "Prefer", "wait=0");
        assertThat(answer.isOk().json().path("targets").size()).isEqualTo(2);
    }

    private static JsonNode example(String path, String method, String name) {
        return examples(path, method)
                .filter(it -> it.get()[0].equals(name))
                .map(it -> (JsonNode) it.get()[1])
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Arguments> examples(String path, String method) {
        return new Contract()
                .document()
                .path("paths")
                .path(path)
                .path(method)
                .at("/requestBody/content/application~1json/examples")
                .propertyStream()
                .map(it -> Arguments.of(it.getKey(), it.getValue().path("value")));
    }
}
