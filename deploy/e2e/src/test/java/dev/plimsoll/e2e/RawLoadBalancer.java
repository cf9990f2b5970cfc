package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** A load balancer of the first project as JSON, for what generated clients have no types for. */
final class RawLoadBalancer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI uri;
    private final String bearer;

    RawLoadBalancer(Installation installation, String name) throws IOException {
        this.uri =
                installation.url(
                        "/v2/projects/%s/regions/%s/load-balancers/%s"
                                .formatted(
                                        installation.credential("projectId"),
                                        installation.credential("region"),
                                        name));
        this.bearer = "Bearer " + installation.credential("adminToken");
    }

    JsonNode get() throws IOException, InterruptedException {
        return send("GET", "", null);
    }

    /** What writing this would do. */
    JsonNode rehearse(JsonNode wanted) throws IOException, InterruptedException {
        return send("PUT", "?dryRun=true", wanted);
    }

    JsonNode rehearseEnd() throws IOException, InterruptedException {
        return send("DELETE", "?dryRun=true", null);
    }

    /** Writes this as the next version, and waits until it is served. */
    JsonNode put(JsonNode wanted) throws IOException, InterruptedException {
        ((ObjectNode) wanted).set("version", get().path("version"));
        return send("PUT", "", wanted);
    }

    private JsonNode send(String method, String query, JsonNode body)
            throws IOException, InterruptedException {
        var publisher =
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
        var request =
                HttpRequest.newBuilder(URI.create(uri + query))
                        .header("Authorization", bearer)
                        .header("Content-Type", "application/json")
                        .header("Prefer", "wait=10")
                        .timeout(Installation.PATIENCE)
                        .method(method, publisher)
                        .build();
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
