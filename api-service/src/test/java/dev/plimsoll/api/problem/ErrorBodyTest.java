package dev.plimsoll.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** Whoever refuses a request, the body is the same; the client checks that for each answer. */
class ErrorBodyTest extends ApiTest {
    private static final String UUID = "2438ac3c-37eb-4902-adef-ed16b4431030";

    @Autowired private MeterRegistry meters;

    @Test
    void unknownPathsAreNotFound() {
        api.get("/nope").isProblem(404, 5);
        api.get("nope").isProblem(404, 5);
        api.get("load-balancers/nope").isProblem(404, 5);
        api.get("load-balancers/nope/status").isProblem(404, 5);
    }

    @Test
    void refusalsAreCountedByTheirType() {
        var refused = meters.get("plimsoll.api.problems").tag("type", "not-found").counter();
        var before = refused.count();
        api.get("load-balancers/nope").isProblem(404, 5);
        assertThat(refused.count()).isEqualTo(before + 1);
    }

    @Test
    void wrongMethodsFormatsAndTypesAreRefused() {
        var wrongMethod = api.send("PATCH", "load-balancers", "{}").isProblem(405, 12);
        assertThat(wrongMethod.header("Allow")).contains("GET").contains("POST");
        api.get("load-balancers", "Accept", "text/html").isProblem(406, 3);
        api.create(Payload.onStaticAddress("x"), "Content-Type", "text/plain").isProblem(415, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "7",
                "\"x\"",
                "{\"name\":}",
                "nul",
                "{} {}",
                "{\"a\":\"\u0001\"}"
            })
    void bodiesThatAreNotAnObjectAreMalformed(String body) {
        api.post("load-balancers", body).isProblem(400, 3);
    }

    @Test
    void deepNestingIsRefused() {
        var deep = "{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        api.post("load-balancers", deep).isProblem(400, 3);
    }

    @Test
    void bodyBeyondOneMebibyteIsTooLarge() {
        var large = "{\"name\":\"" + "a".repeat(1 << 20) + "\"}";
        api.post("load-balancers", large).isProblem(413, 3);
        chunked(large).isProblem(413, 3);
    }

    private Answer chunked(String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return api.send(
                "POST",
                "load-balancers",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
                List.of(
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + project.adminToken()));
    }

    @Test
    void wrongEnumListsTheAllowedValues() {
        var answer =
                api.create(Payload.onStaticAddress("x").with("/listeners/0/protocol", "\"SCTP\""))
                        .blames("/listeners/0/protocol");
        assertThat(answer.string("/errors/0/rejected")).isEqualTo("SCTP");
        assertThat(answer.string("/errors/0/allowed"))
                .contains("PROTOCOL_TCP_PROXY")
                .doesNotContain("UNSPECIFIED");
    }

    @Test
    void bodiesStayNear500BytesWithTheEssentialsFirst() {
        var answers =
                List.of(
                        api.get("load-balancers/nope"),
                        api.create(
                                Payload.onStaticAddress("A".repeat(5000))
                                        .with("/listeners/0/port", "0")
                                        .with("/planId", "\"" + "p".repeat(5000) + "\"")),
                        api.create(Payload.onNoAddress("x")));
        assertThat(answers)
                .allSatisfy(answer -> {
                    assertThat(answer.text().length()).isLessThanOrEqualTo(650);
                    assertThat(answer.text().substring(0, 40)).contains("status", "code");
                });
    }

    @Test
    void requestIdIsEchoedWhereItIsOneAndMadeWhereNot() {
        assertThat(api.get("quota", "X-Request-ID", UUID).header("X-Request-Id")).isEqualTo(UUID);
        var made = api.create(Payload.onStaticAddress("x"), "X-Request-ID", "not-a-uuid").isOk();
        assertThat(made.header("X-Request-Id")).isNotEqualTo("not-a-uuid");
    }

    @Test
    void doubledSlashesAreForgiven() {
        api.get("//v2/regions/eu01/plans").isOk();
        api.get("//v2/projects/" + project.projectId() + "/regions/eu01//load-balancers").isOk();
    }

    /** What Tomcat itself refuses, before any filter sees it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v2/%2e%2e/admin HTTP/1.1\r\nHost: x",
                "GET /v2/a;b=c HTTP/1.1\r\nHost: x",
                "GET /v2/%00 HTTP/1.1\r\nHost: x",
                "GET /v2/%zz HTTP/1.1\r\nHost: x",
                "GET /v2/% HTTP/1.1\r\nHost: x",
                "GET /v2/%c0%ae HTTP/1.1\r\nHost: x",
                "GET /v2/<x> HTTP/1.1\r\nHost: x",
                "GET /v2/plans?a=<x> HTTP/1.1\r\nHost: x",
                "GET v2 HTTP/1.1\r\nHost: x",
                "GET / HTTP/1.1",
                "GET / HTTP/1.1\r\nHost: x\r\nHost: y",
                "GET / HTTP/1.1\r\nHost: a b",
                "GET / HTTP/9.9\r\nHost: x",
                "GET / RUBBISH\r\nHost: x",
                "G<T / HTTP/1.1\r\nHost: x",
                "GET / HTTP/1.1\r\nHost: x\r\nBad Header: x",
                "GET / HTTP/1.1\r\nHost: x\r\nno colon",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: rubbish",
                "TRACE / HTTP/1.1\r\nHost: x",
                "CONNECT x:1 HTTP/1.1\r\nHost: x",
                "BREW / HTTP/1.1\r\nHost: x",
                "rubbish"
            })
    void rubbishIsRefusedInTheSameWay(String request) throws Exception {
        isOneProblem(raw(request + "\r\nConnection: close\r\n\r\n"));
    }

    @Test
    void tooLongRequestsAreRefusedInTheSameWay() throws Exception {
        var rest = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        isOneProblem(raw("GET /v2/" + "a".repeat(20_000) + rest + "\r\n"));
        isOneProblem(raw("GET /" + rest + "X-Long: " + "a".repeat(20_000) + "\r\n\r\n"));
        isOneProblem(raw("GET /" + rest + "X-Many: a\r\n".repeat(200) + "\r\n"));
        isOneProblem(raw("POST /" + rest + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"));
    }

    private static void isOneProblem(String answer) {
        assertThat(answer).matches("(?s)HTTP/1\\.[01] [45]\\d\\d .*");
        assertThat(answer).doesNotContain("HTTP/1.1 502", "HTTP/1.1 504", "Tomcat", "Exception");
        assertThat(answer).containsIgnoringCase("content-type: application/problem+json");
        var head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        var problem = JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.path("status").asInt()).isBetween(400, 503);
        assertThat(head).contains(" " + problem.path("status").asInt());
        assertThat(head)
                .containsIgnoringCase("X-Request-Id: " + problem.path("requestId").asString());
        assertThat(problem.path("type").asString()).startsWith("/problems/");
    }

    private String raw(String request) throws Exception {
        try (var socket = new Socket(base().getHost(), base().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void databaseThatCannotBeReachedIsUnavailable() throws Exception {
        var taken = new ArrayList<Connection>();
        try {
            // One connection hears notifications; the others are ours now.
            for (int i = 1; i < POOL; i++) {
                taken.add(database.getConnection());
            }
            var answer = api.get("load-balancers").isProblem(503, 14);
            assertThat(answer.header("Retry-After")).isEqualTo("2");
            assertThat(answer.text()).doesNotContainIgnoringCase("hikari");
        } finally {
            for (var connection : taken) {
                connection.close();
            }
        }
        api.get("load-balancers").isOk();
    }

    @Test
    void everyTypeHasAPage() {
        for (var type : ProblemType.values()) {
            var page = with("").get(type.uri()).isOk();
            assertThat(page.header("Content-Type")).startsWith("text/html");
            assertThat(page.text()).contains(type.title(), "<h2>Cause</h2>", "<h2>Fix</h2>");
            assertThat(type.why()).endsWith(".");
            assertThat(type.fix()).endsWith(".");
            assertThat(type.status()).isNotIn(502, 504);
        }
        with("").get("/problems").isOk();
        with("").get("/problems/nope").isProblem(404, 5);
    }
}
