package dev.plimsoll.agent.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How an agent's pushes of one kind go.
 *
 * @param url without user, password, query and fragment, which may be secrets
 * @param lastSuccessEpochMillis null while there was none
 * @param lastFailure null while there was none; stays after a success
 * @param consecutiveFailures 0 where the last push was taken, or there was none yet
 * @param dropped samples or records that were given up since the agent began to push there
 */
public record PushReport(
        Kind kind,
        String url,
        @Nullable Long lastSuccessEpochMillis,
        @Nullable Failure lastFailure,
        int consecutiveFailures,
        long dropped) {

    public enum Kind {
        METRICS,
        LOGS
    }

    /**
     * @param httpStatus what was answered, if anything was
     */
    public record Failure(long atEpochMillis, Reason reason, @Nullable Integer httpStatus) {}

    public enum Reason {
        /** There are none of the name that the order has, or nobody can open them. */
        NO_CREDENTIALS,
        /** No address is known for the URL's host. */
        UNRESOLVED,
        /** The host's address is none that may be pushed to. */
        ADDRESS_REFUSED,
        /** Nobody listens there, or there is no way. */
        UNREACHABLE,
        TIMEOUT,
        /** No agreement on TLS, or a certificate that is not trusted. */
        TLS,
        /** The connection ended before there was an answer. */
        CLOSED,
        /** An answer that sends elsewhere, which is not followed. */
        REDIRECTED,
        /** 401 or 403. */
        DENIED,
        /** Any other answer that is no success. */
        HTTP_STATUS,
        OTHER
    }
}
