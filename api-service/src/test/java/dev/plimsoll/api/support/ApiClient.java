package dev.plimsoll.api.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Speaks to the API as a client does, and holds every answer against the contract. Paths that do
 * not start with a slash are below the project's region.
 */
public final class ApiClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Contract CONTRACT = new Contract();

    private final URI base;
    private final UUID projectId;
    private final String token;
    private final String region;

    public ApiClient(URI base, UUID projectId, String token) {
        this(base, projectId, token, "eu01");
    }

    private ApiClient(URI base, UUID projectId, String token, String region) {
        this.base = base;
        this.projectId = projectId;
        this.token = token;
        this.region = region;
    }

    public ApiClient inRegion(String other) {
        return new ApiClient(base, projectId, token, other);
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    public Answer post(String path, Object body, String... headers) {
        return send("POST", path, body.toString(), headers);
    }

    public Answer put(String path, Object body, String... headers) {
        return send("PUT", path, body.toString(), headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, null, headers);
    }

    public Answer create(Object body, String... headers) {
        return post("load-balancers", body, headers);
    }

    public Answer send(String method, String path, String body, String... headers) {
        var all = new ArrayList<>(List.of("Content-Type", "application/json"));
        if (!token.isEmpty()) {
            all.addAll(List.of("Authorization", "Bearer " + token));
        }
        all.addAll(Arrays.asList(headers));
        var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return send(method, path, publisher, all);
    }

    public Answer send(
            String method, String path, HttpRequest.BodyPublisher body, List<String> headers) {
        var full =
                path.startsWith("/")
                        ? path
                        : "/v2/projects/" + projectId + "/regions/" + region + "/" + path;
        var request =
                HttpRequest.newBuilder(URI.create(base + full))
                        .timeout(Duration.ofSeconds(70))
                        .method(method, body);
        for (int i = 0; i < headers.size(); i += 2) {
            request.setHeader(headers.get(i), headers.get(i + 1));
        }
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
            var answer = new Answer(response.statusCode(), response.headers(), text(response));
            CONTRACT.check(method, full, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Of a stream that goes on, only how it begins. */
    private static String text(HttpResponse<InputStream> response) throws IOException {
        var type = response.headers().firstValue("Content-Type").orElse("");
        try (var body = response.body()) {
            if (!type.startsWith(Contract.EVENT_STREAM)) {
                return new String(body.readAllBytes(), UTF_8);
            }
            return new BufferedReader(new InputStreamReader(body, UTF_8)).readLine();
        }
    }
}
