package dev.plimsoll.agent.engine;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import dev.plimsoll.agent.engine.Snapshot.Route;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a loop holds for a client and can tell of it: at any time to who asks, and once it ends in a
 * {@link FlowRecord}. Until then that costs two counters.
 */
abstract class Flow extends Expiring {
    final Forwarding forwarding;
    final LoopScope scope;
    final InetSocketAddress clientAddress;

    /** No other flow of the loop has the same. */
    final long acceptedNanos;

    private long bytesToTarget;
    private long bytesToClient;

    Flow(
            Forwarding forwarding,
            LoopScope scope,
            InetSocketAddress clientAddress,
            long acceptedNanos) {
        this.forwarding = forwarding;
        this.scope = scope;
        this.clientAddress = clientAddress;
        this.acceptedNanos = acceptedNanos;
    }

    /** Null while it is not known which listener's it is. */
    abstract @Nullable Route route();

    /** The last one tried. */
    abstract @Nullable Target target();

    /** Targets tried. */
    abstract int tries();

    /** What its target took to accept; 0 as long as none has. */
    int connectMicros() {
        return 0;
    }

    /** From its own beginning to when its target had accepted; 0 as long as none has. */
    int connectedAfterMicros() {
        return 0;
    }

    Protocol protocol() {
        return requireNonNull(route()).listener().protocol();
    }

    int port() {
        return requireNonNull(route()).listener().port();
    }

    /** Of the configuration under which it was let in. */
    long generation() {
        return requireNonNull(route()).generation();
    }

    final void moved(Direction direction, int bytes) {
        switch (direction) {
            case TO_TARGET -> bytesToTarget += bytes;
            case TO_CLIENT -> bytesToClient += bytes;
        }
    }

    final @Nullable String listener() {
        var route = route();
        return route == null ? null : route.listener().name();
    }

    final @Nullable InetSocketAddress targetAddress() {
        var target = target();
        return target == null ? null : target.address();
    }

    final UUID id() {
        return scope.scribe().id(acceptedNanos);
    }

    /** As it is now. */
    final FlowRecord record() {
        return record(null, null, 0, 1);
    }

    final FlowRecord record(
            @Nullable ClosedBy by, @Nullable FlowEnd end, long endedNanos, int sampledOneIn) {
        var clock = scope.scribe().clock();
        var route = route();
        int connectedMicros = connectedAfterMicros();
        return new FlowRecord(
                id(),
                protocol(),
                listener(),
                port(),
                clientAddress,
                route == null ? null : route.listener().targetPool(),
                targetAddress(),
                clock.millisAt(acceptedNanos),
                connectedMicros == 0
                        ? 0
                        : clock.millisAt(
                                acceptedNanos + TimeUnit.MICROSECONDS.toNanos(connectedMicros)),
                end == null ? 0 : clock.millisAt(endedNanos),
                connectMicros(),
                tries(),
                bytesToTarget,
                bytesToClient,
                by,
                end,
                generation(),
                sampledOneIn);
    }
}
