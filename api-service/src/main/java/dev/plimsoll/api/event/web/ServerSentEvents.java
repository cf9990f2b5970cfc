package dev.plimsoll.api.event.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plimsoll.api.authentication.LastingCall;
import dev.plimsoll.api.authentication.LastingCalls;
import dev.plimsoll.api.event.Event;
import dev.plimsoll.api.event.EventSettings;
import dev.plimsoll.api.event.EventStream;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a stream as Server-Sent Events, until the client is gone, its token is not good any more,
 * the stream is old, or the service stops. After each of these, clients may come again and go on
 * behind the last id that they have. Events have no name in this sense, because clients in browsers
 * would only hear those names that they know.
 */
@Component
class ServerSentEvents {
    private static final String MEDIA_TYPE = "text/event-stream;charset=UTF-8";
    private static final String HEARTBEAT = ":\n\n";
    private static final int MIN_RETRY_MILLIS = 1_000;
    private static final int MAX_RETRY_MILLIS = 4_000;

    private final JsonMapper json = JsonMapper.builder().build();
    private final LastingCalls calls;
    private final EventSettings settings;
    private final Counter sent;

    ServerSentEvents(LastingCalls calls, EventSettings settings, MeterRegistry meters) {
        this.calls = calls;
        this.settings = settings;
        this.sent =
                Counter.builder("plimsoll.events.streamed")
                        .description("Events that were sent to streams")
                        .register(meters);
    }

    /** To the response of the request that this thread serves. */
    void write(EventStream stream, UUID projectId) {
        var attributes = (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
        var response = Objects.requireNonNull(attributes.getResponse());
        var call = calls.of(attributes.getRequest(), projectId);
        try {
            begin(response);
            go(stream, call, response);
        } catch (IOException _) {
            // The client is gone, which is how most streams end.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Clients wait for different times before they come again, lest they all come at once. */
    private static void begin(HttpServletResponse response) throws IOException {
        response.setContentType(MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        // Proxies that collect answers before they pass them on are told not to.
        response.setHeader("X-Accel-Buffering", "no");
        int retry = ThreadLocalRandom.current().nextInt(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS);
        write(response, "retry: " + retry + "\n\n");
        response.flushBuffer();
    }

    private void go(EventStream stream, LastingCall call, HttpServletResponse response)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.maxAge().toNanos();
        long check = System.nanoTime() + settings.recheck().toNanos();
        long beat = System.nanoTime() + settings.heartbeat().toNanos();
        while (!stream.isEnding() && System.nanoTime() < end) {
            var found = stream.next(until(Math.min(check, beat)));
            if (System.nanoTime() >= check) {
                if (!call.isStillAllowed()) {
                    return;
                }
                check = System.nanoTime() + settings.recheck().toNanos();
            }
            for (var event : found) {
                write(response, text(event));
                sent.increment();
            }
            boolean isSilent = found.isEmpty() && System.nanoTime() >= beat;
            if (isSilent) {
                write(response, HEARTBEAT);
            }
            if (isSilent || !found.isEmpty()) {
                response.flushBuffer();
                beat = System.nanoTime() + settings.heartbeat().toNanos();
            }
        }
    }

    private static Duration until(long nanos) {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    private String text(Event event) {
        return "id: %d\ndata: %s\n\n"
                .formatted(event.id(), json.writeValueAsString(ToDto.event(event)));
    }

    private static void write(HttpServletResponse response, String text) throws IOException {
        response.getOutputStream().write(text.getBytes(UTF_8));
    }
}
