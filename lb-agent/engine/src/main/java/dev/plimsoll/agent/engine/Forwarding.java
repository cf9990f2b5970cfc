package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
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
    private final Admission connecting = new Admission();
    private final Admission greetings = new Admission();
    private final Admission parked = new Admission();
    private final EngineOptions options;
    private volatile ListenerShares shares = ListenerShares.NONE;
    private volatile @Nullable Snapshot snapshot;

    Forwarding(
            Transport transport, EngineMeters meters, EngineEvents events, EngineOptions options) {
        this.transport = transport;
        this.meters = meters;
        this.events = events;
        this.options = options;
    }

    void onAccepted(LoopScope scope, TcpStream client, InetSocketAddress from, int port) {
        var now = snapshot;
        var entrance = now == null ? null : now.entrances().get(port);
        if (now == null || entrance == null) {
            refuse(client, Rejection.LISTENER_REMOVED);
        } else if (!now.sources().admits(from.getAddress())) {
            refuseAtTheDoor(scope, entrance, client, from, Rejection.SOURCE_RANGE);
        } else if (!shares.leavesRoom(port, admission.taken(), connectionLimit(now))
                || !admission.take(connectionLimit(now))) {
            refuseAtTheDoor(scope, entrance, client, from, Rejection.MAX_CONNECTIONS);
        } else {
            enter(scope, entrance, client, from);
        }
    }

    private void enter(
            LoopScope scope, Entrance entrance, TcpStream client, InetSocketAddress from) {
        switch (entrance) {
            case Entrance.Direct(var route) ->
                    new Connection(this, scope, scope.scribe().moment(), route, client, from, null)
                            .open();
            case Entrance.ByServerName names -> {
                if (greetings.take(options.maxHellos())) {
                    new Greeting(this, scope, names, client, from).open();
                } else {
                    admission.giveBack();
                    refuseAtTheDoor(scope, entrance, client, from, Rejection.TOO_MANY_HELLOS);
                }
            }
        }
    }

    /** A connection begins that {@link #onAccepted} has let in. */
    void entered(int port) {
        shares.entered(port);
    }

    void left(int port) {
        shares.left(port);
        admission.giveBack();
    }

    boolean startConnecting() {
        return connecting.take(options.connecting());
    }

    void doneConnecting() {
        connecting.giveBack();
    }

    int connecting() {
        return connecting.taken();
    }

    private void refuseAtTheDoor(
            LoopScope scope,
            Entrance entrance,
            TcpStream client,
            InetSocketAddress from,
            Rejection reason) {
        scope.scribe().onRefusedAtTheDoor(entrance, from, reason);
        refuse(client, reason);
    }

    void refuse(TcpStream client, Rejection reason) {
        meters.connectionRejected(reason);
        client.close();
    }

    int connectionLimit(Snapshot of) {
        return Math.min(of.maxConnections(), options.connectionCeiling());
    }

    void serve(Snapshot next) {
        shares = shares.of(next.config());
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

    /** TLS clients that have not said which server they want. */
    Admission greetings() {
        return greetings;
    }

    /** Connections that wait for a first verdict. */
    Admission parked() {
        return parked;
    }

    EngineOptions options() {
        return options;
    }
}
