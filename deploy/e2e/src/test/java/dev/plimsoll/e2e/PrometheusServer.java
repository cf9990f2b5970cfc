package dev.plimsoll.e2e;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Debian's Prometheus, which scrapes nobody and takes what it is sent by remote write, from those
 * who know its password.
 */
final class PrometheusServer implements AutoCloseable {
    static final String ADDRESS = "127.0.0.77";
    static final String USER = "agents";
    static final String PASSWORD = "open-sesame-to-prometheus";

    /** Of the password; its lowest cost, since every request is checked. */
    private static final String BCRYPT =
            "$2b$04$bnZQqG105Ntl00EgIVVSG.5o85yAavTNp5ZifBXMafM92lXnseISS";

    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    private PrometheusServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    static PrometheusServer start(Path folder) throws Exception {
        assumeThat(PROGRAM).as("Debian's package prometheus").isExecutable();
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("prometheus.yml"), "scrape_configs: []\n");
        Files.writeString(
                folder.resolve("web.yml"), "basic_auth_users:\n  " + USER + ": " + BCRYPT + "\n");
        var server = new PrometheusServer(folder, freePort());
        server.start();
        return server;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(ADDRESS, 0));
            return socket.getLocalPort();
        }
    }

    /** Again, after it was killed: with what it knew before. */
    void start() throws Exception {
        process =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--config.file=" + folder.resolve("prometheus.yml"),
                                "--web.config.file=" + folder.resolve("web.yml"),
                                "--web.enable-remote-write-receiver",
                                "--web.listen-address=" + ADDRESS + ":" + port,
                                "--storage.tsdb.path=" + folder.resolve("data"))
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("prometheus.log").toFile()))
                        .start();
        await("Prometheus is ready")
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> get("/-/ready").statusCode() == 200);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    String writeUrl() {
        return "http://" + ADDRESS + ":" + port + "/api/v1/write";
    }

    /** What a query finds: each an element with {@code metric} and {@code value}. */
    List<JsonNode> query(String promQl) throws Exception {
        var answer =
                get("/api/v1/query?query=" + URLEncoder.encode(promQl, StandardCharsets.UTF_8));
        var result = JSON.readTree(answer.body()).path("data").path("result");
        return Installation.elements(result).toList();
    }

    /** The value of a query that finds one series. */
    double value(String promQl) throws Exception {
        var found = query(promQl);
        return found.size() == 1 ? found.getFirst().path("value").path(1).asDouble() : Double.NaN;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var identity = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes());
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + ADDRESS + ":" + port + path))
                        .header("Authorization", "Basic " + identity)
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws Exception {
        kill();
        http.shutdownNow();
    }
}
