package dev.plimsoll.agent.engine;

import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The listening sockets: for each endpoint one per event loop, sharing it by SO_REUSEPORT. New ones
 * are bound without accepting, so that a half-bound configuration can be given up unseen. Guarded
 * by the engine's lock.
 */
final class Listeners {

    /** Sockets that are bound and do not accept yet. */
    record Prepared(Map<Endpoint, List<ListeningSocket>> sockets, List<BindFailure> failures) {}

    /** Whose sockets may be there already: SO_REUSEPORT would share them without a word. */
    enum Company {
        NOBODY,
        LEAVING_PEER
    }

    private final List<LoopScope> scopes;
    private final Forwarding forwarding;
    private final Map<Endpoint, List<ListeningSocket>> open = new HashMap<>();

    Listeners(List<LoopScope> scopes, Forwarding forwarding) {
        this.scopes = scopes;
        this.forwarding = forwarding;
    }

    Prepared prepare(Set<Endpoint> wanted, Company company) {
        var sockets = new HashMap<Endpoint, List<ListeningSocket>>();
        var failures = new ArrayList<BindFailure>();
        for (var endpoint : wanted) {
            if (!open.containsKey(endpoint)) {
                try {
                    sockets.put(endpoint, bind(endpoint, company));
                } catch (IOException | ChannelException e) {
                    failures.add(BindFailure.of(endpoint, e));
                }
            }
        }
        return new Prepared(sockets, failures);
    }

    private List<ListeningSocket> bind(Endpoint endpoint, Company company) throws IOException {
        if (company == Company.NOBODY) {
            forwarding.transport().probeBind(endpoint);
        }
        var sockets = new ArrayList<ListeningSocket>();
        try {
            for (var scope : scopes) {
                sockets.add(bind(endpoint, scope));
            }
        } catch (IOException | ChannelException e) {
            close(sockets);
            throw e;
        }
        return sockets;
    }

    private ListeningSocket bind(Endpoint endpoint, LoopScope scope) throws IOException {
        return switch (endpoint.kind()) {
            case STREAM -> Acceptor.bind(forwarding, scope, endpoint.address());
            case DATAGRAM -> bindDatagrams(scope, endpoint.address());
        };
    }

    private ListeningSocket bindDatagrams(LoopScope scope, InetSocketAddress address)
            throws IOException {
        var channel = forwarding.transport().listeningDatagrams(scope, address);
        channel.pipeline()
                .addLast(new DatagramListener(forwarding, scope, channel, address.getPort()));
        scope.loop().register(channel).awaitUninterruptibly();
        var bound = channel.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            channel.close().awaitUninterruptibly();
            throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
        }
        return new ListeningSocket.Datagrams(channel);
    }

    void discard(Prepared prepared) {
        prepared.sockets.values().forEach(Listeners::close);
    }

    void accept(Prepared prepared) {
        prepared.sockets.forEach((endpoint, sockets) -> {
            open.put(endpoint, sockets);
            sockets.forEach(ListeningSocket::start);
        });
    }

    void retire(Set<Endpoint> closing) {
        for (var endpoint : closing) {
            close(open.getOrDefault(endpoint, List.of()));
            open.remove(endpoint);
        }
    }

    void retireAll() {
        retire(open());
    }

    Set<Endpoint> open() {
        return Set.copyOf(open.keySet());
    }

    /** The first of them that could not be listened on; nothing is left of the attempt. */
    Optional<BindFailure> trial(Set<Endpoint> opening) {
        for (var endpoint : opening) {
            try {
                forwarding.transport().probeBind(endpoint);
            } catch (IOException | ChannelException e) {
                return Optional.of(BindFailure.of(endpoint, e));
            }
        }
        return Optional.empty();
    }

    boolean covers(Set<Endpoint> wanted) {
        return open.keySet().containsAll(wanted);
    }

    private static void close(List<ListeningSocket> sockets) {
        sockets.forEach(ListeningSocket::stop);
    }
}
