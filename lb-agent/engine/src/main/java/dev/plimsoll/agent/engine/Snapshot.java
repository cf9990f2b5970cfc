package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import java.util.Map;

/**
 * A configuration in the form in which connections read it: once, through one volatile reference.
 *
 * @param entrances by port that clients connect to
 * @param datagramRoutes by port that clients send datagrams to
 */
record Snapshot(
        AgentConfig config,
        AppliedConfig applied,
        int maxConnections,
        SourceRanges sources,
        Map<Integer, Entrance> entrances,
        Map<Integer, Route> datagramRoutes,
        Map<String, Pool> pools) {

    /** A listener and where its connections go. */
    record Route(ListenerConfig listener, Pool pool, long generation) {}
}
