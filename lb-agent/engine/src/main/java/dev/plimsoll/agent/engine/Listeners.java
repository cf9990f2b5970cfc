package dev.plimsoll.agent.engine;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The listening sockets: for each address one per event loop, sharing it by SO_REUSEPORT. New ones
 * are bound without accepting, so that a half-bound configuration can be given up unseen. Guarded
 * by the engine's lock.
 */
final class Listeners {

    /** Sockets that are bound and do not accept yet. */
    record Prepared(Map<InetSocketAddress, List<Channel>> sockets, List<BindFailure> failures) {}

    private final List<LoopScope> scopes;
    private final Forwarding forwarding;
    private final Map<InetSocketAddress, List<Channel>> open = new HashMap<>();

    Listeners(List<LoopScope> scopes, Forwarding forwarding) {
        this.scopes = scopes;
        this.forwarding = forwarding;
    }

    Prepared prepare(Set<InetSocketAddress> wanted) {
        var sockets = new HashMap<InetSocketAddress, List<Channel>>();
        var failures = new ArrayList<BindFailure>();
        for (var address : wanted) {
            if (!open.containsKey(address)) {
                try {
                    sockets.put(address, bind(address));
                } catch (IOException | ChannelException e) {
                    failures.add(BindFailure.of(address, e));
                }
            }
        }
        return new Prepared(sockets, failures);
    }

    private List<Channel> bind(InetSocketAddress address) throws IOException {
        forwarding.transport().probeBind(address);
        var sockets = new ArrayList<Channel>();
        for (var scope : scopes) {
            var socket = newSocket(address, sockets);
            socket.pipeline().addLast(new Acceptor(forwarding, scope, address.getPort()));
            scope.loop().register(socket).awaitUninterruptibly();
            var bound = socket.bind(address).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                close(sockets);
                throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
            }
        }
        return sockets;
    }

    private Channel newSocket(InetSocketAddress address, List<Channel> sockets) {
        try {
            var socket = forwarding.transport().listeningSocket(address);
            sockets.add(socket);
            return socket;
        } catch (ChannelException outOfDescriptors) {
            close(sockets);
            throw outOfDescriptors;
        }
    }

    void discard(Prepared prepared) {
        prepared.sockets.values().forEach(Listeners::close);
    }

    void accept(Prepared prepared) {
        prepared.sockets.forEach((address, sockets) -> {
            open.put(address, sockets);
            sockets.forEach(socket -> socket.config().setAutoRead(true));
        });
    }

    void retireAllBut(Set<InetSocketAddress> wanted) {
        open.entrySet()
                .removeIf(entry -> {
                    boolean retired = !wanted.contains(entry.getKey());
                    if (retired) {
                        close(entry.getValue());
                    }
                    return retired;
                });
    }

    boolean covers(Set<InetSocketAddress> wanted) {
        return open.keySet().containsAll(wanted);
    }

    private static void close(List<Channel> sockets) {
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
    }
}
