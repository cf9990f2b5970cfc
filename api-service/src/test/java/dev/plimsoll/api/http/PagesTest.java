package dev.plimsoll.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.api.support.ApiTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
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
            var request = HttpRequest.newBuilder(uri).build();
            // A request is counted when its answer has been sent.
            await().untilAsserted(() -> {
                var page = client.send(request, BodyHandlers.ofString()).body();
                assertThat(page)
                        .containsPattern(
                                "plimsoll_api_problems_total\\{type=\"unauthenticated\"} [1-9]");
                assertThat(page.lines().map(line -> line.split("[{ ]", 2)[0]))
                        .containsAll(documentedMetrics())
                        .contains("http_server_requests_seconds_bucket");
            });
        }
    }

    private static List<String> documentedMetrics() throws IOException {
        var page = Files.readString(Path.of("../docs/metrics.md"));
        var section =
                page.substring(
                        page.indexOf("## Of the API service"),
                        page.indexOf("## Of the provisioner"));
        var names =
                Pattern.compile("`(plimsoll_[a-z_]+)")
                        .matcher(section)
                        .results()
                        .map(it -> it.group(1))
                        .distinct()
                        .toList();
        assertThat(names).hasSizeGreaterThan(10);
        return names;
    }
}
