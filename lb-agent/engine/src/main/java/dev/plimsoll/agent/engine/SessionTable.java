package dev.plimsoll.agent.engine;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one socket by their client's address. Clients choose their addresses, so that the
 * hash has a secret key: nobody can fill one chain.
 */
final class SessionTable {
    private static final int FIRST_CHAINS = 64;

    private final long key = new SecureRandom().nextLong();
    private @Nullable DatagramSession[] chains = new DatagramSession[FIRST_CHAINS];
    private int size;

    int size() {
        return size;
    }

    @Nullable DatagramSession find(InetSocketAddress client) {
        var session = chains[chain(client)];
        while (session != null && !session.client().equals(client)) {
            session = session.chained;
        }
        return session;
    }

    void add(DatagramSession session) {
        if (size++ == chains.length) {
            grow();
        }
        link(session);
    }

    private void link(DatagramSession session) {
        int chain = chain(session.client());
        session.chained = chains[chain];
        chains[chain] = session;
    }

    private void grow() {
        var before = chains;
        chains = new DatagramSession[2 * before.length];
        for (var head : before) {
            for (var session = head; session != null; ) {
                var next = session.chained;
                link(session);
                session = next;
            }
        }
    }

    void remove(DatagramSession gone) {
        int chain = chain(gone.client());
        DatagramSession before = null;
        for (var session = chains[chain]; session != null; session = session.chained) {
            if (session == gone) {
                if (before == null) {
                    chains[chain] = gone.chained;
                } else {
                    before.chained = gone.chained;
                }
                gone.chained = null;
                size--;
                return;
            }
            before = session;
        }
    }

    /** The action may remove the session that it is given. */
    void forEach(Consumer<DatagramSession> action) {
        for (var head : chains) {
            for (var session = head; session != null; ) {
                var next = session.chained;
                action.accept(session);
                session = next;
            }
        }
    }

    private int chain(InetSocketAddress client) {
        long hash = KeyedHash.of(key, client.getAddress().getAddress(), client.getPort());
        return (int) hash & (chains.length - 1);
    }
}
