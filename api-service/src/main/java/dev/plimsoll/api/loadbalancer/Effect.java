package dev.plimsoll.api.loadbalancer;

/** What a change does to the connections that there are; {@code docs/changes.md} has the table. */
public enum Effect {
    /** At once; no connection notices. */
    IN_PLACE,
    /** For connections made from then on; established ones go on as they were. */
    NEW_CONNECTIONS,
    /** What is taken away gets no new connections; established ones may finish. */
    DRAINS,
    /** UDP sessions go on at another target, with their next datagram. */
    MOVES,
    /** Other machines take their places, one after the other. */
    REPLACES,
    /** Established connections are closed. */
    CLOSES;
}
