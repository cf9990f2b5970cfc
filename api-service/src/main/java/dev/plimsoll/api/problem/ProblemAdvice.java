package dev.plimsoll.api.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns whatever a request ended in into the one error body. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ProblemAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final String INTERNAL =
            "internal error - please retry again later or contact support if the issue persists";
    private static final String UNAVAILABLE = "temporarily unavailable - please retry";

    private final ProblemWriter writer;
    private final DatabaseOutage outage;

    ProblemAdvice(ProblemWriter writer, DatabaseOutage outage) {
        this.writer = writer;
        this.outage = outage;
    }

    @ExceptionHandler
    void on(DomainFailure failure, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var type =
                switch (failure) {
                    case DomainFailure.InvalidFields _ -> ProblemType.INVALID_ARGUMENT;
                    case DomainFailure.Forbidden _ -> ProblemType.PERMISSION_DENIED;
                    case DomainFailure.NotFound _ -> ProblemType.NOT_FOUND;
                    case DomainFailure.AlreadyExists _ -> ProblemType.ALREADY_EXISTS;
                    case DomainFailure.StaleVersion _ -> ProblemType.STALE_VERSION;
                    case DomainFailure.StateConflict _ -> ProblemType.STATE_CONFLICT;
                    case DomainFailure.Terminating _ -> ProblemType.TERMINATING;
                    case DomainFailure.PreconditionFailed _ -> ProblemType.PRECONDITION_FAILED;
                    case DomainFailure.IdempotencyKeyReused _ -> ProblemType.IDEMPOTENCY_KEY_REUSED;
                    case DomainFailure.TooManyIdempotencyKeys _ ->
                            ProblemType.TOO_MANY_IDEMPOTENCY_KEYS;
                    case DomainFailure.TooManyStreams _ -> ProblemType.TOO_MANY_STREAMS;
                    case DomainFailure.TooManyExplanations _ -> ProblemType.TOO_MANY_EXPLANATIONS;
                    case DomainFailure.TooManyConnectionQueries _ ->
                            ProblemType.TOO_MANY_CONNECTION_QUERIES;
                    case DomainFailure.StreamsExhausted _ -> ProblemType.STREAMS_EXHAUSTED;
                    case DomainFailure.PageExpired _ -> ProblemType.PAGE_EXPIRED;
                    case DomainFailure.FailedPrecondition _ -> ProblemType.FAILED_PRECONDITION;
                    case DomainFailure.QuotaExceeded _ -> ProblemType.QUOTA_EXCEEDED;
                };
        var errors =
                failure instanceof DomainFailure.InvalidFields invalid
                        ? invalid.errors()
                        : List.<FieldError>of();
        if (failure instanceof DomainFailure.AskedTooOften refused) {
            response.setHeader("Retry-After", String.valueOf(refused.retryAfterSeconds()));
        }
        writer.write(request, response, type, String.valueOf(failure.getMessage()), errors);
    }

    @ExceptionHandler
    void on(
            HttpMessageNotReadableException unreadable,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var tooLarge = Causes.find(unreadable, BodyTooLarge.class);
        if (tooLarge.isPresent()) {
            writer.write(
                    request,
                    response,
                    ProblemType.BODY_TOO_LARGE,
                    String.valueOf(tooLarge.get().getMessage()));
            return;
        }
        var error = UnreadableBody.fieldError(unreadable.getCause());
        writer.write(
                request, response, ProblemType.INVALID_ARGUMENT, error.inWords(), List.of(error));
    }

    /** Whatever else: the framework's refusals, the database's absence, and our own faults. */
    @ExceptionHandler
    public void on(Exception failure, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (failure instanceof ErrorResponse refusal) {
            refused(refusal, failure, request, response);
        } else if (Causes.databaseIsAway(failure)) {
            outage.metBy(RequestId.of(request), failure);
            writer.write(request, response, ProblemType.UNAVAILABLE, UNAVAILABLE);
        } else if (Causes.clientIsGone(failure)) {
            LOG.atDebug().setCause(failure).log("The client left before it had its answer");
        } else {
            LOG.atError()
                    .addKeyValue("requestId", RequestId.of(request))
                    .setCause(failure)
                    .log("A request failed");
            writer.write(request, response, ProblemType.INTERNAL, INTERNAL);
        }
    }

    private void refused(
            ErrorResponse refusal,
            Exception failure,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        refusal.getHeaders()
                .forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
        var type = ProblemType.ofFrameworkStatus(refusal.getStatusCode().value());
        var message =
                switch (failure) {
                    case HttpRequestMethodNotSupportedException e ->
                            "method " + e.getMethod() + " is not allowed here";
                    case HttpMediaTypeNotSupportedException _ ->
                            "send the body as application/json";
                    default ->
                            switch (type) {
                                case NOT_FOUND -> "no such path";
                                case NOT_ACCEPTABLE -> "only application/json can be answered";
                                case INTERNAL -> INTERNAL;
                                default -> type.why();
                            };
                };
        if (type == ProblemType.INTERNAL) {
            LOG.atError()
                    .addKeyValue("requestId", RequestId.of(request))
                    .setCause(failure)
                    .log("A request failed");
        }
        writer.write(request, response, type, message);
    }
}
