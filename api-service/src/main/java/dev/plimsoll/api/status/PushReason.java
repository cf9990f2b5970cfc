package dev.plimsoll.api.status;

import org.jspecify.annotations.Nullable;

/** Why a push was not taken: what is wrong and where to look. */
public enum PushReason {
    NO_CREDENTIALS("The agent has no credentials to push with: look whether they can be opened."),
    UNRESOLVED("No address is known for the URL's host: look at its name in DNS."),
    ADDRESS_REFUSED("The URL's host has no address that may be pushed to."),
    UNREACHABLE("Nobody listens there, or no way leads there: look at the port and at filters."),
    TIMEOUT("There was no answer in time."),
    TLS("TLS failed: look at the server's certificate, which must be of a public authority."),
    CLOSED("The connection ended before there was an answer."),
    REDIRECTED("The answer sends elsewhere, which is not followed: order the URL that it names."),
    DENIED("Name or password are not accepted there: look at the credentials."),
    HTTP_STATUS("The answer is no success."),
    OTHER("The push failed for a reason of its own: the agent's log has it.");

    private final String sentence;

    PushReason(String sentence) {
        this.sentence = sentence;
    }

    /** Of newer agents, too. */
    static PushReason of(String name) {
        for (var reason : values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return OTHER;
    }

    public String sentence(@Nullable Integer httpStatus) {
        return httpStatus == null ? sentence : sentence + " The status was " + httpStatus + ".";
    }
}
