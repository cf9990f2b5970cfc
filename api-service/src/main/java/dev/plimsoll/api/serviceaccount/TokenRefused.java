package dev.plimsoll.api.serviceaccount;

/** Why no token is issued, in the words of RFC 6749. */
public final class TokenRefused extends RuntimeException {
    private final Error error;

    /** The errors of RFC 6749, section 5.2, that this service has. */
    public enum Error {
        INVALID_REQUEST,
        INVALID_GRANT,
        UNSUPPORTED_GRANT_TYPE
    }

    public TokenRefused(Error error, String description) {
        super(description, null, false, false);
        this.error = error;
    }

    public Error error() {
        return error;
    }

    public String description() {
        return String.valueOf(getMessage());
    }
}
