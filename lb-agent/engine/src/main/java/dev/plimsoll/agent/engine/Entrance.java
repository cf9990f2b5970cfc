package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.Snapshot.Route;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.util.List;

/** Where what comes to one port goes. */
sealed interface Entrance {

    /** All to one listener. */
    record Direct(Route route) implements Entrance {}

    /** Several listeners share the port; the TLS client says which it wants. */
    record ByServerName(ServerNames names) implements Entrance {}

    /**
     * @param routes of one port, none of them for datagrams
     */
    static Entrance of(List<Route> routes) {
        var first = routes.getFirst();
        return first.listener().protocol() == Protocol.TLS_PASSTHROUGH
                ? new ByServerName(ServerNames.of(routes))
                : new Direct(first);
    }
}
