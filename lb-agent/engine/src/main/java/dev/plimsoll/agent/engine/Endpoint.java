package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.ChangeEffect.Fate;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a socket is bound to: TCP and UDP have their own ports. */
record Endpoint(Kind kind, InetSocketAddress address) {

    enum Kind {
        /** What was accepted has a socket of its own. */
        STREAM(Fate.DRAINS),
        /** Sessions hear their clients through the listening socket, and answer through it. */
        DATAGRAM(Fate.CLOSES);

        private final Fate whenClosed;

        Kind(Fate whenClosed) {
            this.whenClosed = whenClosed;
        }

        /** Of what came in through a socket that is closed. */
        Fate whenClosed() {
            return whenClosed;
        }

        static Kind of(Protocol protocol) {
            return protocol == Protocol.UDP ? DATAGRAM : STREAM;
        }
    }

    /** Every listener on each address. */
    static Set<Endpoint> of(AgentConfig config) {
        var all = new LinkedHashSet<Endpoint>();
        for (var vip : config.vips()) {
            for (var listener : config.listeners()) {
                all.add(
                        new Endpoint(
                                Kind.of(listener.protocol()),
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(vip), listener.port())));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return address.getAddress().getHostAddress()
                + (kind == Kind.DATAGRAM ? " UDP port " : " port ")
                + address.getPort();
    }
}
