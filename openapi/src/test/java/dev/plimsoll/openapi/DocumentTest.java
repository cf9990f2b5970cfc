package dev.plimsoll.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The bundled document, as clients get it. */
class DocumentTest {
    private final JsonNode document = Document.bundled();

    @Test
    void isWholeInOneFile() {
        assertThat(document.findValuesAsString("$ref"))
                .isNotEmpty()
                .allMatch(it -> it.startsWith("#/"));
        for (var reference : document.findValuesAsString("$ref")) {
            assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
        }
    }

    @Test
    void hasTheEndpointsOfTheReference() {
        var project = "/v2/projects/{projectId}/regions/{region}/";
        assertThat(Document.operations(document).map(Map.Entry::getKey))
                .contains(
                        "get " + project + "load-balancers",
                        "post " + project + "load-balancers",
                        "get " + project + "load-balancers/{name}",
                        "put " + project + "load-balancers/{name}",
                        "delete " + project + "load-balancers/{name}",
                        "put " + project + "load-balancers/{name}/target-pools/{targetPoolName}",
                        "get " + project + "credentials",
                        "post " + project + "credentials",
                        "get " + project + "credentials/{credentialsRef}",
                        "put " + project + "credentials/{credentialsRef}",
                        "delete " + project + "credentials/{credentialsRef}",
                        "get " + project + "quota",
                        "get /v2/regions/{region}/plans");
    }

    @Test
    void operationsAreNamedOnceAndTagged() {
        var names = new HashSet<String>();
        Document.operations(document)
                .forEach(it -> {
                    var operation = it.getValue();
                    assertThat(names.add(operation.path("operationId").asString("")))
                            .as(it.getKey())
                            .isTrue();
                    assertThat(operation.path("tags").size()).isEqualTo(1);
                    assertThat(operation.path("summary").asString("")).isNotEmpty();
                    assertThat(operation.path("description").asString("")).isNotEmpty();
                });
        assertThat(names).doesNotContain("");
    }

    @Test
    void everyErrorHasTheOneBody() {
        Document.operations(document)
                .forEach(it -> {
                    checkErrors(it.getKey(), it.getValue().path("responses"));
                    if (!it.getValue().has("security")) {
                        assertThat(it.getValue().path("responses").propertyNames())
                                .as(it.getKey())
                                .contains("400", "401", "403");
                    }
                });
    }

    private static void checkErrors(String operation, JsonNode responses) {
        assertThat(responses.propertyNames()).as(operation).contains("200", "500", "default");
        responses.forEachEntry((status, response) -> {
            if (!status.startsWith("2") && !status.startsWith("3")) {
                assertThat(
                                response.at("/content/application~1problem+json/schema/$ref")
                                        .asString(""))
                        .as(operation + " " + status)
                        .isEqualTo("#/components/schemas/Problem");
            }
        });
    }

    @Test
    void everyRequestBodyHasExamples() {
        assertThat(
                        Document.operations(document)
                                .map(Map.Entry::getValue)
                                .filter(it -> it.has("requestBody")))
                .isNotEmpty()
                .allSatisfy(it ->
                        assertThat(it.at("/requestBody/content"))
                                .allSatisfy(
                                        type -> assertThat(type.path("examples")).isNotEmpty()));
    }

    @Test
    void payloadsHaveThePropertiesOfTheResource() {
        var schemas = document.at("/components/schemas");
        var properties = schemas.at("/LoadBalancer/properties");
        assertThat(schemas.at("/CreateLoadBalancerPayload/properties")).isEqualTo(properties);
        assertThat(schemas.at("/UpdateLoadBalancerPayload/properties")).isEqualTo(properties);
    }
}
