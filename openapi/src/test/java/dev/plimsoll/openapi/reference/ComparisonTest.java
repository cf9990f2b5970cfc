package dev.plimsoll.openapi.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The comparison finds what clients would notice. */
class ComparisonTest {
    private static final String DOCUMENT =
            """
            {"paths": {"/pets/{id}": {"put": {
               "operationId": "PutPet",
               "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
               "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
               "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}}}},
             "components": {"schemas": {
               "Pet": {"type": "object", "required": ["name"], "properties": {
                 "name": {"type": "string", "pattern": "^[a-z]+$"},
                 "kind": {"type": "string", "enum": ["CAT", "DOG"]},
                 "legs": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 4},
                 "tags": {"type": "array", "items": {"type": "string"}},
                 "friend": {"allOf": [{"$ref": "#/components/schemas/Pet"}]}}}}}}
            """;

    @Test
    void equalDocumentsDoNotDiffer() {
        assertThat(differences("", "")).isEmpty();
    }

    @Test
    void whatIsNarrowerOrOtherIsADeviation() {
        assertThat(differences("\"^[a-z]+$\"", "\"^[a-y]+$\""))
                .containsExactly("Pet.name: pattern is ^[a-y]+$ instead of ^[a-z]+$");
        assertThat(differences("\"CAT\", ", "")).containsExactly("Pet.kind: enum lacks CAT");
        assertThat(differences("\"maximum\": 4", "\"maximum\": 3"))
                .containsExactly("Pet.legs: maximum is 3 instead of 4");
        assertThat(differences("[\"name\"]", "[\"name\", \"legs\"]"))
                .containsExactly("Pet: required has legs");
        assertThat(differences("\"items\": {\"type\": \"string\"}", "\"items\": {}"))
                .containsExactly("Pet.tags items: type is absent instead of string");
        assertThat(differences("\"allOf\": [{\"$ref\": \"#/components/schemas/Pet\"}]", ""))
                .containsExactly("Pet.friend: is a nothing instead of a Pet");
    }

    @Test
    void whatIsAbsentIsADeviation() {
        assertThat(
                        differences(
                                "\"kind\": {\"type\": \"string\", \"enum\": [\"CAT\", \"DOG\"]},",
                                ""))
                .containsExactly("Pet.kind: absent");
        assertThat(differences("\"200\"", "\"201\""))
                .containsExactly("PutPet: response 200: absent", "+ PutPet: response 201");
        assertThat(differences("\"in\": \"path\"", "\"in\": \"query\""))
                .containsExactly(
                        "PutPet: parameter path id: absent", "+ PutPet: parameter query id");
        assertThat(differences("\"put\"", "\"post\""))
                .containsExactly("put /pets/{id}: absent", "+ operation post /pets/{id}");
    }

    @Test
    void whatIsNewIsAnAddition() {
        assertThat(differences("\"name\": {\"type\"", "\"age\": {}, \"name\": {\"type\""))
                .containsExactly("+ Pet.age");
    }

    private static List<String> differences(String part, String replacement) {
        return Comparison.of(json(DOCUMENT), json(DOCUMENT.replace(part, replacement))).stream()
                .map(it -> (it instanceof Difference.Addition ? "+ " : "") + it.what())
                .toList();
    }

    private static JsonNode json(String text) {
        return JsonMapper.builder().build().readTree(text);
    }
}
