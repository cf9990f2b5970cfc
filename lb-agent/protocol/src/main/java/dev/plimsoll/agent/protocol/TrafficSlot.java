package dev.plimsoll.agent.protocol;

import java.util.Map;

/**
 * What one agent saw within {@value #MILLIS} ms. Slots begin at multiples of that on the agent's
 * clock, which does not have to be right: see {@link AgentMessage.TrafficMeasured}.
 *
 * @param active whether the agent was the active one when the slot began: then nobody else can have
 *     carried anything that this slot, and that of a peer that took over, do not have
 * @param figures by name; those that are 0 are left out
 */
public record TrafficSlot(long startEpochMillis, boolean active, Map<String, Long> figures) {
    public static final long MILLIS = 5_000;

    /** At the slot's end. */
    public static final String CONNECTIONS = "connections";

    /** Of the connections: UDP. */
    public static final String SESSIONS = "sessions";

    public static final String TARGETS_HEALTHY = "targetsHealthy";
    public static final String TARGETS_UNHEALTHY = "targetsUnhealthy";

    /** Since the slot began. */
    public static final String OPENED = "opened";

    public static final String SESSIONS_OPENED = "sessionsOpened";
    public static final String BYTES_TO_TARGETS = "bytesToTargets";
    public static final String BYTES_TO_CLIENTS = "bytesToClients";
    public static final String DATAGRAMS_TO_TARGETS = "datagramsToTargets";
    public static final String DATAGRAMS_TO_CLIENTS = "datagramsToClients";
    public static final String DATAGRAMS_DROPPED = "datagramsDropped";
    public static final String CONNECT_FAILURES = "connectFailures";

    /** Followed by why: Access, Limit, Targets, Client, Agent. */
    public static final String REJECTED = "rejected";

    /**
     * Followed by the upper bound in microseconds: connects that targets took no longer than that
     * for, and longer than the bound before.
     */
    public static final String CONNECTED_WITHIN = "connectedWithin";

    public TrafficSlot {
        figures = Map.copyOf(figures);
    }
}
