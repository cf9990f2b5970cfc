package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import io.netty.channel.ChannelException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's way to a target: tries the healthy ones of its pool, one after the other, until one
 * accepts or enough have not.
 */
abstract class Approach extends Flow implements TcpStream.Owner {
    private static final int MAX_TRIES = 3;
    private static final @Nullable Target[] NONE_TRIED = {};

    private Snapshot.Route route;
    private @Nullable TcpStream target;
    private @Nullable Target chosen;
    private @Nullable Target[] tried = NONE_TRIED;

    /** When the last attempt began, after the accept. */
    private int attemptMicros;

    /** What it took; 0 before it has succeeded. */
    private int connectMicros;

    private byte tries;

    Approach(
            Forwarding forwarding,
            LoopScope scope,
            long acceptedNanos,
            Snapshot.Route route,
            InetSocketAddress clientAddress) {
        super(forwarding, scope, clientAddress, acceptedNanos);
        this.route = route;
    }

    /** No target will be reached. */
    abstract void refuse(Rejection reason);

    /** No target has had its first verdict: {@link #connectNext} again when one has. */
    abstract void park();

    final void connectNext() {
        var next = tries < MAX_TRIES ? choose() : null;
        if (next == null && tries == 0) {
            if (route.pool().awaitsVerdict()) {
                park();
                return;
            }
            next = choose(); // the last verdict may be just out
        }
        if (next == null) {
            refuse(tries == 0 ? Rejection.NO_HEALTHY_TARGET : Rejection.TARGETS_UNREACHABLE);
            return;
        }
        chosen = next;
        tries++;
        attemptMicros = microsSinceAccept();
        try {
            target = TcpStream.towards(next.address());
            target.watch(scope.loop(), this);
        } catch (ChannelException outOfDescriptors) {
            refuse(Rejection.NO_DESCRIPTORS);
        } catch (IOException failed) {
            onConnectFailed(failed);
        }
    }

    private @Nullable Target choose() {
        return route.pool().next(clientAddress.getAddress(), tried, tries);
    }

    final void onConnectFailed(Throwable cause) {
        dropTarget();
        forwarding.meters().connectFailed(ConnectFailure.of(cause).reason());
        if (tries == 1) {
            tried = new Target[MAX_TRIES];
        }
        tried[tries - 1] = chosen;
        expireIn(connectTimeoutMillis());
        connectNext();
    }

    final void onAccepted() {
        connectMicros = Math.max(1, microsSinceAccept() - attemptMicros);
        forwarding.meters().connectionOpened(TimeUnit.MICROSECONDS.toNanos(connectMicros));
    }

    private int microsSinceAccept() {
        return (int) TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - acceptedNanos);
    }

    /** It may have accepted this moment: a FIN would look as if the client had nothing to say. */
    final void dropTarget() {
        if (target != null) {
            target.reset();
            target = null;
        }
    }

    final long connectTimeoutMillis() {
        return forwarding.options().connectTimeout().toMillis();
    }

    final void expireIn(long millis) {
        scope.wheel().remove(this);
        scope.wheel().add(this, millis);
    }

    /** The pool may be another one than before. */
    final void follow(Pool pool) {
        route = new Snapshot.Route(route.listener(), pool, route.generation());
    }

    final @Nullable TcpStream targetStream() {
        return target;
    }

    @Override
    final Snapshot.Route route() {
        return route;
    }

    @Override
    final @Nullable Target target() {
        return chosen;
    }

    @Override
    final int tries() {
        return tries;
    }

    @Override
    final int connectMicros() {
        return connectMicros;
    }

    @Override
    final int connectedAfterMicros() {
        return connectMicros == 0 ? 0 : attemptMicros + connectMicros;
    }
}
