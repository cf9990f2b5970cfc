package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.DatagramDrop;
import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One loop's socket of a UDP listener, and the sessions of the clients whose datagrams the kernel
 * gives to it: always the same clients', because it chooses by their address and port. The
 * configuration is read with every datagram; what it says of a session is asked once for each.
 */
final class DatagramListener extends ChannelInboundHandlerAdapter {
    private final Forwarding forwarding;
    private final LoopScope scope;
    private final Channel socket;
    private final int port;
    private final SessionTable sessions = new SessionTable();

    DatagramListener(Forwarding forwarding, LoopScope scope, Channel socket, int port) {
        this.forwarding = forwarding;
        this.scope = scope;
        this.socket = socket;
        this.port = port;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var datagram = (DatagramPacket) msg;
        try {
            onDatagram(datagram);
        } finally {
            datagram.release();
        }
    }

    private void onDatagram(DatagramPacket datagram) {
        var now = forwarding.snapshot();
        var route = now == null ? null : now.datagramRoutes().get(port);
        if (now == null || route == null) {
            drop(DatagramDrop.LISTENER_REMOVED);
            return;
        }
        var session = sessions.find(datagram.sender());
        if (session == null || !session.isOf(now)) {
            session = underNewRules(session, datagram.sender(), now, route);
        }
        if (session != null) {
            session.forward(datagram.content());
        }
    }

    private @Nullable DatagramSession underNewRules(
            @Nullable DatagramSession session,
            InetSocketAddress client,
            Snapshot now,
            Snapshot.Route route) {
        if (!now.sources().admits(client.getAddress())) {
            drop(DatagramDrop.SOURCE_RANGE);
            if (session != null) {
                session.end(SessionEnd.SOURCE_RANGE);
            }
            return null;
        }
        if (session == null) {
            return open(client, now, route);
        }
        session.follow(now, route);
        return session;
    }

    private @Nullable DatagramSession open(
            InetSocketAddress client, Snapshot now, Snapshot.Route route) {
        if (!forwarding.admission().take(forwarding.connectionLimit(now))) {
            drop(DatagramDrop.MAX_CONNECTIONS);
            return null;
        }
        var target = route.pool().next(client.getAddress(), DatagramSession.NONE, 0);
        if (target == null) {
            return refuse(DatagramDrop.NO_HEALTHY_TARGET);
        }
        var session = new DatagramSession(this, forwarding, scope, client, now, route);
        try {
            session.open(target);
        } catch (IOException | ChannelException outOfDescriptors) {
            return refuse(DatagramDrop.NO_DESCRIPTORS);
        }
        sessions.add(session);
        return session;
    }

    private @Nullable DatagramSession refuse(DatagramDrop reason) {
        forwarding.admission().giveBack();
        drop(reason);
        return null;
    }

    private void drop(DatagramDrop reason) {
        forwarding.meters().datagramDropped(reason);
    }

    Channel socket() {
        return socket;
    }

    void forget(DatagramSession session) {
        sessions.remove(session);
    }

    /** Without the socket nothing can come from the clients, and nothing can go to them. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        sessions.forEach(session -> session.end(SessionEnd.LISTENER_REMOVED));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // An answer that a client's machine refused: of no meaning for the others.
        if (!(cause instanceof IOException)) {
            forwarding.events().fault("A datagram was lost by a fault of the engine.", cause);
        }
    }
}
