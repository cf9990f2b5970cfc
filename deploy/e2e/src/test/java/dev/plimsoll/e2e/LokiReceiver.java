package dev.plimsoll.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;

/**
 * Takes what Loki's documentation says that Loki takes, and nothing else: Loki itself is no package
 * of Debian's. What it did not take, and why, is kept.
 */
final class LokiReceiver implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final String identity;
    private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final Queue<String> objections = new ConcurrentLinkedQueue<>();

    record Entry(JsonNode labels, long nanos, JsonNode line) {}

    private LokiReceiver(HttpServer server, String identity) {
        this.server = server;
        this.identity = identity;
    }

    static LokiReceiver start(String address, String user, String password) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        var receiver = new LokiReceiver(server, Base64.getEncoder().encodeToString(pair));
        server.createContext("/loki/api/v1/push", receiver::push);
        server.start();
        return receiver;
    }

    String url() {
        return "http://%s:%d/loki/api/v1/push"
                .formatted(
                        server.getAddress().getAddress().getHostAddress(),
                        server.getAddress().getPort());
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    List<String> objections() {
        return List.copyOf(objections);
    }

    private void push(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status(exchange), -1);
        }
    }

    private int status(HttpExchange exchange) {
        var headers = exchange.getRequestHeaders();
        try {
            if (!("Basic " + identity).equals(headers.getFirst("Authorization"))) {
                return 401;
            }
            require(exchange.getRequestMethod().equals("POST"), "not a POST");
            require("application/json".equals(headers.getFirst("Content-Type")), "not JSON");
            require("gzip".equals(headers.getFirst("Content-Encoding")), "not compressed");
            take(JSON.readTree(new GZIPInputStream(exchange.getRequestBody())));
            return 204;
        } catch (IOException | IllegalArgumentException e) {
            objections.add(e.toString());
            return 400;
        }
    }

    private void take(JsonNode body) throws IOException {
        require(body.size() == 1 && body.path("streams").isArray(), "streams, and nothing else");
        for (var stream : body.path("streams")) {
            require(stream.size() == 2, "a stream has labels and values");
            var labels = stream.path("stream");
            require(labels.isObject() && !labels.isEmpty(), "a stream has labels");
            labels.forEach(label -> require(label.isTextual(), "labels are texts"));
            require(!stream.path("values").isEmpty(), "a stream has values");
            for (var value : stream.path("values")) {
                require(value.isArray() && value.size() == 2, "a value is a time and a line");
                require(value.path(0).isTextual() && value.path(1).isTextual(), "both texts");
                require(value.path(0).asText().matches("[0-9]{19}"), "nanoseconds");
                entries.add(
                        new Entry(
                                labels,
                                Long.parseLong(value.path(0).asText()),
                                JSON.readTree(value.path(1).asText())));
            }
        }
    }

    private static void require(boolean isSo, String what) {
        if (!isSo) {
            throw new IllegalArgumentException(what);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
