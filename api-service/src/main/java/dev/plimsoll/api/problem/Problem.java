package dev.plimsoll.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one body of every error: RFC 9457 and google.rpc.Status at once, essentials first, because
 * some clients show only its beginning and its end.
 */
@JsonPropertyOrder({
    "status",
    "code",
    "message",
    "errors",
    "type",
    "title",
    "detail",
    "requestId",
    "instance",
    "details",
    "error",
    "error_description"
})
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(
        int status,
        int code,
        String message,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors,
        String type,
        String title,
        String detail,
        String requestId,
        String instance,
        List<Object> details,
        @Nullable String error,
        @JsonProperty("error_description") @Nullable String errorDescription) {

    static Problem of(ProblemType type, String message, List<FieldError> errors, String requestId) {
        return new Problem(
                type.status(),
                type.code(),
                message,
                List.copyOf(errors),
                type.uri(),
                type.title(),
                message,
                requestId,
                "urn:uuid:" + requestId,
                List.of(),
                null,
                null);
    }

    /** The same, for readers that know RFC 6749 only. */
    Problem alsoAs(String oauthError) {
        return new Problem(
                status,
                code,
                message,
                errors,
                type,
                title,
                detail,
                requestId,
                instance,
                details,
                oauthError,
                message);
    }
}
