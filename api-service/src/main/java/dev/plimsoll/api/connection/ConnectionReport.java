package dev.plimsoll.api.connection;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What both agents tell of connections.
 *
 * @param total of what the agents told of that answered, on all pages
 */
public record ConnectionReport(
        List<ConnectionView> connections,
        int total,
        List<Agent> agents,
        @Nullable String nextPageId) {

    /** How an agent took the question. */
    public enum AgentReason {
        ANSWERED,
        NOT_CONNECTED,
        NO_ANSWER,
        BUSY
    }

    /**
     * @param total null where it did not answer, like what follows
     * @param sampledOneIn of what ends at present
     * @param kept ended ones that it remembers at most
     */
    public record Agent(
            UUID machine,
            @Nullable String role,
            boolean connected,
            AgentReason reason,
            String message,
            @Nullable Integer total,
            @Nullable Integer sampledOneIn,
            @Nullable Integer kept) {}
}
