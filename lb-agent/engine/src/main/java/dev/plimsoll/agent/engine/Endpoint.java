package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.net.InetSocketAddress;

/** What a socket is bound to: TCP and UDP have their own ports. */
record Endpoint(Kind kind, InetSocketAddress address) {

    enum Kind {
        STREAM,
        DATAGRAM;

        static Kind of(Protocol protocol) {
            return protocol == Protocol.UDP ? DATAGRAM : STREAM;
        }
    }

    @Override
    public String toString() {
        return address.getAddress().getHostAddress()
                + (kind == Kind.DATAGRAM ? " UDP port " : " port ")
                + address.getPort();
    }
}
