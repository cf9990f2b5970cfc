package dev.plimsoll.api.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What came back. */
public record Answer(int status, HttpHeaders headers, String text) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public JsonNode json() {
        return JSON.readTree(text);
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    public String string(String pointer) {
        return json().at(pointer).asString("");
    }

    public String version() {
        return string("/version");
    }

    public Answer isOk() {
        assertThat(status).as(text).isEqualTo(200);
        return this;
    }

    /** {@code isProblem(400, 3)} is "400/3". */
    public Answer isProblem(int httpStatus, int rpcCode) {
        assertThat(status + "/" + json().path("code").asInt())
                .as(text)
                .isEqualTo(httpStatus + "/" + rpcCode);
        return this;
    }

    /** A 400 that points at the field. */
    public Answer blames(String pointer) {
        isProblem(400, 3);
        assertThat(json().at("/errors/0/pointer").asString("")).as(text).isEqualTo(pointer);
        return this;
    }
}
