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
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows a stream of events as a client does, until it is closed. */
public final class Follower implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final List<String> ids = new CopyOnWriteArrayList<>();
    private final AtomicInteger comments = new AtomicInteger();
    private final InputStream body;
    private final Thread reader;

    /** Returns once the stream is open. */
    public Follower(URI url, String token, String lastEventId) {
        var request =
                HttpRequest.newBuilder(url)
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
            body = response.body();
            if (response.statusCode() != 200) {
                throw new AssertionError(new String(body.readAllBytes(), UTF_8));
            }
            reader = Thread.ofVirtual().start(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(body, UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.incrementAndGet();
                } else if (line.startsWith("data: ")) {
                    events.add(JSON.readTree(line.substring("data: ".length())));
                } else if (line.startsWith("id: ")) {
                    ids.add(line.substring("id: ".length()));
                }
            }
        } catch (IOException _) {
            // Closed by one side or the other.
        }
    }

    public List<JsonNode> events() {
        return events;
    }

    /** As they stand beside the data. */
    public List<String> ids() {
        return ids;
    }

    public int comments() {
        return comments.get();
    }

    public boolean hasEnded() {
        return !reader.isAlive();
    }

    @Override
    public void close() {
        try {
            body.close();
            reader.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
