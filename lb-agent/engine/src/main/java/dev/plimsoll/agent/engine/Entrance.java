package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.Snapshot.Route;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.util.List;

/** Where what comes to one port goes. */
sealed interface Entrance {

    /** All to one listener. */
    record Direct(Route route) implements Entrance {
        @Override
        public Protocol protocol() {
            return route.listener().protocol();
        }

        @Override
        public int port() {
            return route.listener().port();
        }

        @Override
        public long generation() {
            return route.generation();
        }
    }

    /** Several listeners share the port; the TLS client says which it wants. */
    record ByServerName(ServerNames names, int port, long generation) implements Entrance {
        @Override
        public Protocol protocol() {
            return Protocol.TLS_PASSTHROUGH;
        }
    }

    Protocol protocol();

    int port();

    /** Of the configuration that it is part of. */
    long generation();

    /**
     * @param routes of one port, none of them for datagrams
     */
    static Entrance of(List<Route> routes) {
        var first = routes.getFirst();
        return first.listener().protocol() == Protocol.TLS_PASSTHROUGH
                ? new ByServerName(
                        ServerNames.of(routes), first.listener().port(), first.generation())
                : new Direct(first);
    }
}
