package dev.plimsoll.api.problem;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes the error body to the response, whatever the client accepts. */
@Component
public final class ProblemWriter {
    static final String MEDIA_TYPE = "application/problem+json";

    /** The Go SDK shows the first and the last 250 characters of a body. */
    private static final int COMFORTABLE_BYTES = 500;

    private static final int MAX_MESSAGE = 130;
    private static final String RETRY_AFTER_SECONDS = "2";

    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<ProblemType, Counter> answered = new EnumMap<>(ProblemType.class);

    public ProblemWriter(MeterRegistry meters) {
        for (var type : ProblemType.values()) {
            answered.put(type, counter(type, meters));
        }
    }

    private static Counter counter(ProblemType type, MeterRegistry meters) {
        return Counter.builder("plimsoll.api.problems")
                .description("Requests that were refused or failed, by the problem's type.")
                .tag("type", type.slug())
                .register(meters);
    }

    public void write(
            HttpServletRequest request,
            HttpServletResponse response,
            ProblemType type,
            String message)
            throws IOException {
        write(request, response, type, message, List.of());
    }

    /** With the members of an OAuth error (RFC 6749, section 5.2) beside our own. */
    public void writeOAuth(
            HttpServletRequest request,
            HttpServletResponse response,
            ProblemType type,
            String error,
            String description)
            throws IOException {
        var requestId = RequestId.of(request);
        var problem = Problem.of(type, description, List.of(), requestId);
        write(response, type, requestId, json.writeValueAsBytes(problem.alsoAs(error)));
    }

    void write(
            HttpServletRequest request,
            HttpServletResponse response,
            ProblemType type,
            String message,
            List<FieldError> errors)
            throws IOException {
        var requestId = RequestId.of(request);
        write(response, type, requestId, body(type, message, errors, requestId));
    }

    private void write(
            HttpServletResponse response, ProblemType type, String requestId, byte[] body)
            throws IOException {
        requireNonNull(answered.get(type)).increment();
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(type.status());
        response.setContentType(MEDIA_TYPE);
        response.setHeader(RequestId.HEADER, requestId);
        switch (type) {
            case UNAUTHENTICATED -> response.setHeader("WWW-Authenticate", "Bearer");
            case UNAVAILABLE, STREAMS_EXHAUSTED ->
                    response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
            default -> {}
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /** With as many field errors as fit comfortably, the first in any case. */
    byte[] body(ProblemType type, String message, List<FieldError> errors, String requestId) {
        for (int shown = errors.size(); ; shown--) {
            var words = shortened(message);
            if (shown < errors.size()) {
                words += " (and " + (errors.size() - shown) + " more)";
            }
            var body =
                    json.writeValueAsBytes(
                            Problem.of(type, words, errors.subList(0, shown), requestId));
            if (body.length <= COMFORTABLE_BYTES || shown <= 1) {
                return body;
            }
        }
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE
                ? message
                : message.substring(0, MAX_MESSAGE - 1) + "…";
    }
}
