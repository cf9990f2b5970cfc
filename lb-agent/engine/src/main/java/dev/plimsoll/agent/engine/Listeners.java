package dev.plimsoll.agent.engine;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The listening sockets: for each endpoint one per event loop, sharing it by SO_REUSEPORT. New ones
 * are bound without accepting, so that a half-bound configuration can be given up unseen. Guarded
 * by the engine's lock.
 */
final class Listeners {

    /** Sockets that are bound and do not accept yet. */
    record Prepared(Map<Endpoint, List<Channel>> sockets, List<BindFailure> failures) {}

    private final List<LoopScope> scopes;
    private final Forwarding forwarding;
    private final Map<Endpoint, List<Channel>> open = new HashMap<>();

    Listeners(List<LoopScope> scopes, Forwarding forwarding) {
        this.scopes = scopes;
        this.forwarding = forwarding;
    }

    Prepared prepare(Set<Endpoint> wanted) {
        var sockets = new HashMap<Endpoint, List<Channel>>();
        var failures = new ArrayList<BindFailure>();
        for (var endpoint : wanted) {
            if (!open.containsKey(endpoint)) {
                try {
                    sockets.put(endpoint, bind(endpoint));
                } catch (IOException | ChannelException e) {
                    failures.add(BindFailure.of(endpoint, e));
                }
            }
        }
        return new Prepared(sockets, failures);
    }

    private List<Channel> bind(Endpoint endpoint) throws IOException {
        forwarding.transport().probeBind(endpoint);
        var sockets = new ArrayList<Channel>();
        for (var scope : scopes) {
            var socket = newSocket(endpoint, scope, sockets);
            scope.loop().register(socket).awaitUninterruptibly();
            var bound = socket.bind(endpoint.address()).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                close(sockets);
                throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
            }
        }
        return sockets;
    }

    private Channel newSocket(Endpoint endpoint, LoopScope scope, List<Channel> sockets) {
        try {
            var socket = newSocket(endpoint, scope);
            sockets.add(socket);
            return socket;
        } catch (ChannelException outOfDescriptors) {
            close(sockets);
            throw outOfDescriptors;
        }
    }

    private Channel newSocket(Endpoint endpoint, LoopScope scope) {
        var address = endpoint.address();
        return switch (endpoint.kind()) {
            case STREAM -> {
                var socket = forwarding.transport().listeningSocket(address);
                socket.pipeline().addLast(new Acceptor(forwarding, scope, address.getPort()));
                yield socket;
            }
            case DATAGRAM -> {
                var socket = forwarding.transport().listeningDatagrams(scope, address);
                socket.pipeline()
                        .addLast(
                                new DatagramListener(forwarding, scope, socket, address.getPort()));
                yield socket;
            }
        };
    }

    void discard(Prepared prepared) {
        prepared.sockets.values().forEach(Listeners::close);
    }

    void accept(Prepared prepared) {
        prepared.sockets.forEach((endpoint, sockets) -> {
            open.put(endpoint, sockets);
            sockets.forEach(socket -> socket.config().setAutoRead(true));
        });
    }

    void retireAllBut(Set<Endpoint> wanted) {
        open.entrySet()
                .removeIf(entry -> {
                    boolean retired = !wanted.contains(entry.getKey());
                    if (retired) {
                        close(entry.getValue());
                    }
                    return retired;
                });
    }

    boolean covers(Set<Endpoint> wanted) {
        return open.keySet().containsAll(wanted);
    }

    private static void close(List<Channel> sockets) {
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
    }
}
