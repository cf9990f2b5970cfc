package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * From an accepted socket to a {@link Connection}, or to a counted refusal. Whoever may not come in
 * costs nothing but the accept: its socket is never registered with an event loop.
 */
final class Forwarding {
    private final Transport transport;
    private final EngineMeters meters;
    private final EngineEvents events;
    private final Admission admission = new Admission();
    private final int connectionCeiling;
    private volatile @Nullable Snapshot snapshot;

    Forwarding(
            Transport transport, EngineMeters meters, EngineEvents events, int connectionCeiling) {
        this.transport = transport;
        this.meters = meters;
        this.events = events;
        this.connectionCeiling = connectionCeiling;
    }

    void onAccepted(LoopScope scope, Channel client, int port) {
        var now = snapshot;
        var route = now == null ? null : now.route(port);
        if (now == null || route == null) {
            refuse(client, Rejection.LISTENER_REMOVED);
        } else if (!(client.remoteAddress() instanceof InetSocketAddress from)
                || !now.sources().admits(from.getAddress())) {
            refuse(client, Rejection.SOURCE_RANGE);
        } else if (!admission.take(Math.min(now.maxConnections(), connectionCeiling))) {
            refuse(client, Rejection.MAX_CONNECTIONS);
        } else {
            new Connection(this, scope, route, client).open();
        }
    }

    void refuse(Channel client, Rejection reason) {
        meters.connectionRejected(reason);
        client.unsafe().closeForcibly();
    }

    void serve(Snapshot next) {
        snapshot = next;
    }

    @Nullable Snapshot snapshot() {
        return snapshot;
    }

    Transport transport() {
        return transport;
    }

    EngineMeters meters() {
        return meters;
    }

    EngineEvents events() {
        return events;
    }

    Admission admission() {
        return admission;
    }

    int connectionCeiling() {
        return connectionCeiling;
    }
}
