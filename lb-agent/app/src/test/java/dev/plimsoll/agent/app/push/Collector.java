package dev.plimsoll.agent.app.push;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.agent.protocol.PushAccess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** Somebody who is pushed to, on loopback; answers what it is told to. */
final class Collector implements AutoCloseable {
    record Request(String path, com.sun.net.httpserver.Headers headers, byte[] body) {
        /** Name and password, as they were sent. */
        String identity() {
            var encoded = headers.getFirst("Authorization").substring("Basic ".length());
            return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        }
    }

    record Answer(int status, String header, String value) {
        Answer(int status) {
            this(status, "X-Nothing", "nothing");
        }
    }

    private final HttpServer server;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private volatile Answer last = new Answer(204);

    Collector(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", this::serve);
        server.setExecutor(
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory()));
        server.start();
    }

    Collector() throws IOException {
        this(0);
    }

    /** One after the other; the last one from then on. */
    synchronized Collector answer(Answer... given) {
        answers.addAll(List.of(given));
        return this;
    }

    private synchronized Answer answer() {
        last = answers.isEmpty() ? last : answers.remove();
        return last;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(
                    new Request(
                            exchange.getRequestURI().toString(),
                            exchange.getRequestHeaders(),
                            exchange.getRequestBody().readAllBytes()));
            var answer = answer();
            exchange.getResponseHeaders().set(answer.header, answer.value);
            exchange.sendResponseHeaders(answer.status, -1);
        }
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    static PushAccess access(String password, String... allowed) {
        return new PushAccess(
                List.of(new PushAccess.Credentials("credentials-1", "me", password)),
                "web",
                "project-1",
                "eu01",
                100,
                List.of(),
                List.of(allowed));
    }
}
