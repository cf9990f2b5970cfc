package dev.plimsoll.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalManagementPort;

class PagesTest extends ApiTest {
    @LocalManagementPort private int managementPort;

    @Test
    void contractAndItsPageAreOpenToAll() {
        var open = with("");
        var json = open.get("/openapi.json").isOk();
        assertThat(json.string("/info/title")).contains("Plimsoll");
        assertThat(open.get("/openapi.yaml").isOk().text()).startsWith("openapi: 3.0.3");
        var page = open.get("/swagger-ui.html").isOk();
        assertThat(page.text()).contains("/openapi.json");
        for (var part : page.text().split("\"")) {
            if (part.startsWith("/webjars/")) {
                open.get(part).isOk();
            }
        }
        assertThat(open.get("/").header("Location")).endsWith("/swagger-ui.html");
    }

    @Test
    void probesAreOpenToAll() {
        with("").get("/livez").isOk();
        with("").get("/readyz").isOk();
        with("").get("/actuator/metrics").isProblem(401, 16);
    }

    @Test
    void managementPortServesTheMetrics() throws Exception {
        with("").get("/v2/projects/x").isProblem(401, 16);
        var uri = URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus");
        try (var client = HttpClient.newHttpClient()) {
            var metrics = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(metrics.body())
                    .containsPattern(
                            "plimsoll_api_problems_total\\{type=\"unauthenticated\"} [1-9]");
        }
    }
}
