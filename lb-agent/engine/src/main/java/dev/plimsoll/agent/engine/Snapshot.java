package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration in the form in which connections read it: once, through one volatile reference.
 *
 * @param routes in the order of the document's listeners
 */
record Snapshot(
        AgentConfig config,
        AppliedConfig applied,
        int maxConnections,
        SourceRanges sources,
        List<Route> routes,
        Map<String, Pool> pools) {

    /** A port's listener and where its connections go. */
    record Route(ListenerConfig listener, Pool pool) {}

    @Nullable Route route(int port) {
        // A handful of listeners: walking them is cheaper than hashing a boxed port.
        for (int i = 0; i < routes.size(); i++) {
            if (routes.get(i).listener().port() == port) {
                return routes.get(i);
            }
        }
        return null;
    }
}
