package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What goes through a load balancer, as a tenant's Prometheus and a console read it. */
final class Figures implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SLOT = 5;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String token;
    private final String path;

    Figures(Installation installation, String loadBalancer) throws IOException {
        this.token = installation.credential("readerToken");
        this.path =
                "%s/v2/projects/%s/regions/%s/load-balancers/%s/metrics"
                        .formatted(
                                installation.credential("url"),
                                installation.credential("projectId"),
                                installation.credential("region"),
                                loadBalancer);
    }

    /** As Prometheus asks for it. */
    List<String> page() throws IOException, InterruptedException {
        var answer =
                get(
                        "",
                        "application/openmetrics-text;version=1.0.0;q=0.5,"
                                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2");
        return answer.lines().toList();
    }

    /** Of both agents' samples of this name, with these characters among their labels. */
    double sum(String name, String label) throws IOException, InterruptedException {
        return page().stream()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A rate times the seconds of a point; null where it is not known. */
    List<Long> perPoint(String series, Instant from) throws IOException, InterruptedException {
        var values = new ArrayList<Long>();
        for (var value : named(series, from).path("values")) {
            values.add(value.isNull() ? null : Math.round(value.asDouble() * SLOT));
        }
        return values;
    }

    long sumOverTime(String series, Instant from) throws IOException, InterruptedException {
        return perPoint(series, from).stream()
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
    }

    private JsonNode named(String name, Instant from) throws IOException, InterruptedException {
        var report = JSON.readTree(get("/series?resolution=5s&from=" + from, "application/json"));
        for (var series : report.path("series")) {
            if (series.path("name").asText().equals(name)) {
                return series;
            }
        }
        throw new AssertionError("No series " + name + " in " + report);
    }

    private String get(String below, String accept) throws IOException, InterruptedException {
        var answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(path + below))
                                .header("Authorization", "Bearer " + token)
                                .header("Accept", accept)
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Override
    public void close() {
        http.close();
    }
}
