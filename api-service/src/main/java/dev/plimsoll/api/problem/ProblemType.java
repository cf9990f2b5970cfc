package dev.plimsoll.api.problem;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The catalogue: every kind of problem that this API answers with, its HTTP status and
 * google.rpc.Code, and what its page says.
 */
public enum ProblemType {
    INVALID_ARGUMENT(
            400,
            3,
            "A field of the request, or the body as a whole, is not what it may be.",
            "Look at `errors`: each entry points to a field and says what is allowed."),
    FAILED_PRECONDITION(
            400,
            9,
            "The request is well formed, but something that exists stands against it.",
            "The message says what; change that first."),
    INVALID_GRANT(
            400,
            3,
            "The assertion or the refresh token with which a token was asked for is not valid.",
            "`error_description` says why. Check that the key is not revoked and that the clock is"
                    + " right."),
    UNAUTHENTICATED(
            401,
            16,
            "The request has no bearer token, or one that is unknown, expired or revoked.",
            "Send `Authorization: Bearer <token>` with a token of the project."),
    PERMISSION_DENIED(
            403,
            7,
            "The token is valid, but belongs to another project or has a role that may not do"
                    + " this.",
            "Use a token of this project; writing needs the role nlb.admin."),
    NOT_FOUND(
            404,
            5,
            "What the path names does not exist.",
            "Check the spelling of path, region and names; a list shows what exists."),
    METHOD_NOT_ALLOWED(
            405,
            12,
            "The path exists, but not with this method.",
            "The header `Allow` lists the methods."),
    NOT_ACCEPTABLE(
            406,
            3,
            "The header `Accept` excludes every format that this path has.",
            "Accept application/json."),
    ALREADY_EXISTS(
            409,
            6,
            "Something of this name or id exists, or is still being removed.",
            "Choose another name, or wait until the removal is done."),
    STALE_VERSION(
            409,
            10,
            "Somebody changed the load balancer after it was read.",
            "Get it again, repeat the change on what came back, and send that version."),
    STATE_CONFLICT(
            409,
            9,
            "What is there does not allow the request.",
            "The message says what stands in the way; change that first."),
    TERMINATING(
            409,
            9,
            "The load balancer is being removed and takes no changes.",
            "Wait until it is gone, then create it anew."),
    PAGE_EXPIRED(
            410, 9, "The page id is not, or no longer, known.", "Start again at the first page."),
    PRECONDITION_FAILED(
            412,
            9,
            "The header `If-Match` does not have the current `ETag`.",
            "Get the resource again and decide anew."),
    BODY_TOO_LARGE(
            413, 3, "The request body is larger than this API reads.", "Send less in one request."),
    UNSUPPORTED_MEDIA_TYPE(
            415, 3, "The body is not declared as JSON.", "Send `Content-Type: application/json`."),
    IDEMPOTENCY_KEY_REUSED(
            422,
            9,
            "The header `Idempotency-Key` has a value that this caller used for another request.",
            "Send a new value with each new request, such as a random UUID; the same one only to"
                    + " repeat a request unchanged."),
    TOO_MANY_IDEMPOTENCY_KEYS(
            429,
            8,
            "The project has used as many idempotency keys as are kept.",
            "Send the request without `Idempotency-Key`, or wait: keys expire within a day."),
    QUOTA_EXCEEDED(
            429,
            8,
            "The project has as many load balancers, or credentials, as it may have.",
            "Remove one that is not needed, or ask the operator for more."),
    TOO_MANY_FAILURES(
            429,
            8,
            "Too many requests with tokens that are not valid came from this address. Valid tokens"
                    + " are let in all the same.",
            "Correct the token, and try again after the seconds in `Retry-After`."),
    TOO_MANY_STREAMS(
            429,
            8,
            "The project has as many streams of events open as it may have.",
            "Close those that are not needed. One stream can follow the whole project."),
    TOO_MANY_EXPLANATIONS(
            429,
            8,
            "The project has asked for as many explanations of targets as it may for now. Each"
                    + " makes its agents connect to a target.",
            "Try again after the seconds in `Retry-After`; the health of all targets can be read at"
                    + " any time."),
    TOO_MANY_CONNECTION_QUERIES(
            429,
            8,
            "The project has listed connections, or had some ended, as often as it may for now."
                    + " Each time its agents look at all that they have.",
            "Try again after the seconds in `Retry-After`; larger pages need fewer requests."),
    INTERNAL(
            500,
            13,
            "A fault of this service.",
            "Try again; if it stays, give the request id to the operator."),
    UNAVAILABLE(
            503,
            14,
            "The service cannot reach its database at the moment.",
            "Try again after the seconds in `Retry-After`."),
    STREAMS_EXHAUSTED(
            503,
            14,
            "This server has as many streams of events open as it holds.",
            "Try again after the seconds in `Retry-After`; lists of events are answered all the"
                    + " same.");

    private final int status;
    private final int code;
    private final String cause;
    private final String fix;

    ProblemType(int status, int code, String cause, String fix) {
        this.status = status;
        this.code = code;
        this.cause = cause;
        this.fix = fix;
    }

    public int status() {
        return status;
    }

    /** The google.rpc.Code. */
    public int code() {
        return code;
    }

    public String why() {
        return cause;
    }

    public String fix() {
        return fix;
    }

    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String uri() {
        return "/problems/" + slug();
    }

    public String title() {
        var words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    public static Optional<ProblemType> ofSlug(String slug) {
        return Stream.of(values()).filter(type -> type.slug().equals(slug)).findFirst();
    }

    /** What the framework's own refusals become; those are client errors unless 5xx. */
    public static ProblemType ofFrameworkStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 503 -> UNAVAILABLE;
            default -> status >= 500 ? INTERNAL : INVALID_ARGUMENT;
        };
    }
}
