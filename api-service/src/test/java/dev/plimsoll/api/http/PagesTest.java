package dev.plimsoll.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import org.junit.jupiter.api.Test;

class PagesTest extends ApiTest {

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
}
