package dev.plimsoll.agent.protocol;

/**
 * What one difference between two documents does to the connections that an agent has.
 *
 * @param path JSON pointer into the new document; into the one before for what is removed
 * @param connections established ones, of UDP sessions, that meet this fate
 */
public record ChangeEffect(String path, Event event, Fate fate, int connections) {

    public enum Event {
        ADDED,
        CHANGED,
        REMOVED
    }

    /** The later, the worse. */
    public enum Fate {
        /** At once; no connection notices. */
        STAYS,
        /** They go on as they were made; the change is for those that come after. */
        NEW_ONLY,
        /** They may finish, at what gets no new ones. */
        DRAINS,
        /** Sessions that go on at another target, with their next datagram. */
        MOVES,
        CLOSES
    }
}
