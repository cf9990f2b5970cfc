package dev.plimsoll.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A running Plimsoll, started and stopped by the launcher: what every client here talks to. Its
 * machines are simulated, since no traffic is sent.
 */
final class Installation implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("../../plimsoll").toAbsolutePath().normalize();
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Path data;
    private final JsonNode credentials;

    private Installation(Path data, JsonNode credentials) {
        this.data = data;
        this.credentials = credentials;
    }

    static Installation up(Path data) throws IOException, InterruptedException {
        launcher(data, "up", "--port", "0", "--driver", "simulated");
        var file = data.resolve("credentials.json").toFile();
        return new Installation(data, new ObjectMapper().readTree(file));
    }

    private static void launcher(Path data, String command, String... options)
            throws IOException, InterruptedException {
        var program = new Program(data.getParent(), Map.of());
        var line = new ArrayList<>(List.of(LAUNCHER.toString(), command));
        line.addAll(List.of("--data", data.toString()));
        line.addAll(List.of(options));
        program.run(LIMIT, line);
    }

    String url() {
        return credentials.path("url").asText();
    }

    String project() {
        return credentials.path("projectId").asText();
    }

    String token() {
        return credentials.path("adminToken").asText();
    }

    /** What a client in another language needs to know. */
    Map<String, String> environment() {
        return Map.of(
                "PLIMSOLL_URL", url(),
                "PLIMSOLL_PROJECT", project(),
                "PLIMSOLL_TOKEN", token(),
                "PLIMSOLL_READER_TOKEN", credentials.path("readerToken").asText());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        launcher(data, "down");
    }
}
