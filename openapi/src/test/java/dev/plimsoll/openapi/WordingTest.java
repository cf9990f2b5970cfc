package dev.plimsoll.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The document reads well and says all that it should. */
class WordingTest {
    private static final String FIXED = "Not changeable after creation";

    private final JsonNode document = Document.bundled();
    private final JsonNode schemas = document.at("/components/schemas");

    @Test
    void operationsHaveNamesAsTheirSummariesAreSentences() {
        var wrong = new TreeSet<String>();
        Document.operations(document)
                .map(Map.Entry::getValue)
                .forEach(operation -> {
                    var id = operation.path("operationId").asString("");
                    if (!id.matches("[A-Z][a-zA-Z]+")) {
                        wrong.add("name " + id);
                    }
                    if (!isSentence(operation.path("summary").asString(""))) {
                        wrong.add("summary of " + id);
                    }
                });
        assertThat(wrong).isEmpty();
    }

    @Test
    void descriptionsEndWithAPeriod() {
        var wrong = new ArrayList<String>();
        Document.walk(
                "",
                document,
                (at, node) -> {
                    var text = node.path("description");
                    var isExample = at.contains("/examples/") || at.contains("/example/");
                    if (text.isString() && !isExample && !isSentence(text.asString())) {
                        wrong.add(at + ": " + text.asString());
                    }
                });
        assertThat(wrong).isEmpty();
    }

    private static boolean isSentence(String text) {
        return text.equals("OK") || text.strip().endsWith(".");
    }

    @Test
    void parametersAreDescribed() {
        assertThat(
                        Document.operations(document)
                                .flatMap(it -> it.getValue().path("parameters").valueStream())
                                .map(it -> Document.resolve(document, it)))
                .allSatisfy(it -> assertThat(it.path("description").asString("")).isNotBlank());
    }

    @Test
    void schemasAreNamedLikeTheThingsTheyAre() {
        assertThat(schemas.propertyNames())
                .allMatch(name -> name.matches("[A-Z][a-zA-Z]+"))
                .noneMatch(name -> name.matches(".*(Dto|Entity|Record|Impl|Model)"));
    }

    @Test
    void everySchemaIsUsed() {
        var used = new HashSet<>(document.findValuesAsString("$ref"));
        assertThat(schemas.propertyNames())
                .allSatisfy(name -> assertThat(used).contains("#/components/schemas/" + name));
    }

    @Test
    void whatIsRequiredExists() {
        schemas.forEachEntry((name, schema) ->
                assertThat(schema.path("required").valueStream().map(JsonNode::asString))
                        .as(name)
                        .allMatch(schema.path("properties")::has));
    }

    @Test
    void whatCannotBeChangedIsMarked() {
        var marked = new ArrayList<String>();
        Document.walk(
                "",
                schemas,
                (at, node) -> {
                    var says = node.path("description").asString("").contains(FIXED);
                    assertThat(node.path("x-immutable").asBoolean(false)).as(at).isEqualTo(says);
                    if (says) {
                        marked.add(at);
                    }
                });
        assertThat(marked)
                .contains(
                        "/LoadBalancer/properties/name",
                        "/LoadBalancer/properties/networks",
                        "/LoadBalancer/properties/externalAddress",
                        "/LoadBalancer/properties/disableTargetSecurityGroupAssignment",
                        "/LoadBalancerOptions/properties/privateNetworkOnly");
    }

    @Test
    void whatOnlyTheServiceKnowsIsReadOnly() {
        var members =
                List.of(
                        "status",
                        "errors",
                        "region",
                        "privateAddress",
                        "targetSecurityGroup",
                        "loadBalancerSecurityGroup");
        assertThat(members)
                .allMatch(it ->
                        schemas.at("/LoadBalancer/properties/" + it + "/readOnly")
                                .asBoolean(false));
    }

    @Test
    void everyOperationIsSecuredByASchemeThatExistsOrIsOpenOnPurpose() {
        var schemes = document.at("/components/securitySchemes");
        assertThat(document.path("security")).isNotEmpty();
        var all = new ArrayList<JsonNode>();
        document.path("security").forEach(all::add);
        Document.operations(document)
                .forEach(it -> it.getValue().path("security").forEach(all::add));
        assertThat(all).allSatisfy(it -> assertThat(it.propertyNames()).allMatch(schemes::has));
    }
}
