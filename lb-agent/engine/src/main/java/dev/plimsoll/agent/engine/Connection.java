package dev.plimsoll.agent.engine;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and the one to its target. Lives on one event loop; nothing else touches
 * it.
 *
 * <pre>
 * CONNECTING ── target accepted ──► RELAYING ── both halves ended, reset, idle, stop ──► ENDED
 *   │   ▲ └──── no target left ──────────────────────────────────────────────────────────►
 *   │   └ verdict ┐
 *   └────────► PARKED ── none is healthy, or it took too long ───────────────────────────►
 * </pre>
 *
 * Two descriptors, what either has not taken yet, and this: there is no other state. Before the
 * target has accepted, the client is not read.
 */
final class Connection extends Approach {
    /** A first probe has ended long before. */
    private static final long MAX_PARKED_MILLIS = 10_000;

    private enum Phase {
        PARKED,
        CONNECTING,
        RELAYING,
        ENDED
    }

    private final TcpStream client;
    private @Nullable ByteBuf opening;
    private @Nullable Side firstFin;
    private boolean isConnecting;
    private Phase phase = Phase.CONNECTING;

    /**
     * @param opening what a client that is watched already has said; else null
     */
    Connection(
            Forwarding forwarding,
            LoopScope scope,
            long acceptedNanos,
            Snapshot.Route route,
            TcpStream client,
            InetSocketAddress clientAddress,
            @Nullable ByteBuf opening) {
        super(forwarding, scope, acceptedNanos, route, clientAddress);
        this.client = client;
        this.opening = opening;
        client.belongsTo(this);
    }

    void open() {
        scope.wheel().add(this, connectTimeoutMillis());
        forwarding.entered(port());
        isConnecting = forwarding.startConnecting();
        if (isConnecting) {
            connectNext();
        } else {
            refuse(Rejection.TOO_MANY_CONNECTING);
        }
    }

    private void doneConnecting() {
        if (isConnecting) {
            isConnecting = false;
            forwarding.doneConnecting();
        }
    }

    @Override
    void park() {
        if (!forwarding.parked().take(forwarding.options().maxParked())) {
            refuse(Rejection.TOO_MANY_PARKED);
            return;
        }
        phase = Phase.PARKED;
        scope.parking().add(this);
        expireIn(MAX_PARKED_MILLIS);
    }

    private void leaveParking() {
        scope.parking().remove(this);
        forwarding.parked().giveBack();
    }

    /** There is a verdict, or another configuration: whatever the pool is like now. */
    void retry() {
        var now = forwarding.snapshot();
        var pool = now == null ? null : now.pools().get(route().listener().targetPool());
        if (phase != Phase.PARKED) {
            return;
        }
        if (pool == null) {
            refuse(Rejection.LISTENER_REMOVED);
            return;
        }
        follow(pool);
        if (pool.isAnyHealthy() || !pool.awaitsVerdict()) {
            leaveParking();
            phase = Phase.CONNECTING;
            expireIn(connectTimeoutMillis());
            connectNext();
        }
    }

    @Override
    public void onReady(TcpStream stream) {
        switch (phase) {
            case CONNECTING -> {
                if (stream == targetStream()) {
                    onConnectDecided(stream);
                } else {
                    refuseIfBroken();
                }
            }
            case PARKED -> refuseIfBroken();
            case RELAYING -> serve(stream == client ? Side.CLIENT : Side.TARGET, stream);
            case ENDED -> {}
        }
    }

    private void refuseIfBroken() {
        if (client.isBroken()) {
            refuse(Rejection.CLIENT_GONE);
        }
    }

    private void onConnectDecided(TcpStream stream) {
        try {
            if (stream.finishConnect()) {
                onConnected(stream);
            }
        } catch (IOException failed) {
            onConnectFailed(failed);
        }
    }

    private void onConnected(TcpStream to) {
        phase = Phase.RELAYING;
        doneConnecting();
        expireIn(route().listener().idleTimeoutMillis());
        requireNonNull(target()).connectionOpened();
        onAccepted();
        if (!client.isWatched()) {
            client.watch(scope.loop(), this);
        }
        after(Side.CLIENT, scope.relay().moveBehind(ahead(), client, to));
        if (phase == Phase.RELAYING && to.isReadable()) {
            relay(Side.TARGET); // it spoke at once: no other event will say so
        }
    }

    /** What the target hears before anything else of the client; most have spoken by now. */
    private ByteBuf ahead() {
        var ahead = scope.relay().buffer();
        if (protocol() == Protocol.TCP_PROXY) {
            ProxyHeader.write(ahead, clientAddress, client.localAddress());
        }
        if (opening != null) {
            count(Side.CLIENT, opening.readableBytes());
            ahead.writeBytes(opening);
            opening.release();
            opening = null;
        }
        return ahead;
    }

    /** There is room to send to this side, something to read from it, or it has broken. */
    private void serve(Side side, TcpStream stream) {
        var other = stream(side.other());
        if (stream.isBroken() && (other.hasUnsent() || stream.isInputEnded())) {
            onReset(side); // no read will tell
            return;
        }
        if (stream.hasUnsent()) {
            sendKept(side, stream);
        }
        if (phase == Phase.RELAYING && stream.isReadable()) {
            relay(side);
        }
    }

    private void sendKept(Side side, TcpStream stream) {
        try {
            if (!stream.sendKept()) {
                return;
            }
        } catch (IOException reset) {
            onReset(side);
            return;
        }
        if (stream.isFinOwed()) {
            endOutput(side);
        } else {
            relay(side.other());
        }
    }

    private void relay(Side from) {
        after(from, scope.relay().move(stream(from), stream(from.other())));
    }

    private void after(Side from, Relay.Outcome outcome) {
        int moved = scope.relay().movedBytes();
        if (moved > 0) {
            count(from, moved);
            lastActiveTick = scope.wheel().now();
        }
        switch (outcome) {
            case DRAINED, BLOCKED -> {}
            case YIELDED -> stream(from).readyAgain();
            case ENDED -> onInputEnded(from);
            case SENDER_BROKE -> onReset(from);
            case RECEIVER_BROKE -> onReset(from.other());
        }
    }

    private void count(Side from, int bytes) {
        var direction = from == Side.CLIENT ? Direction.TO_TARGET : Direction.TO_CLIENT;
        moved(direction, bytes);
        forwarding.meters().bytes(direction, bytes);
    }

    /** A FIN came: it goes on to the other side behind all that was read before it. */
    private void onInputEnded(Side side) {
        if (firstFin == null) {
            firstFin = side;
        }
        var to = stream(side.other());
        if (to.hasUnsent()) {
            to.owesFin();
        } else {
            endOutput(side.other());
        }
    }

    /** Where the other direction has ended before, closing says the FIN. */
    private void endOutput(Side side) {
        if (stream(side.other()).isOutputEnded()) {
            end(firstFin == Side.TARGET ? ClosedBy.TARGET : ClosedBy.CLIENT, CloseCause.FIN);
            return;
        }
        try {
            stream(side).endOutput();
        } catch (IOException reset) {
            onReset(side);
        }
    }

    /** A side is gone without ending its half: the other learns it the same way, by RST. */
    private void onReset(Side side) {
        stream(side.other()).reset();
        end(side == Side.CLIENT ? ClosedBy.CLIENT : ClosedBy.TARGET, CloseCause.RESET);
    }

    @Override
    public void onFault(Throwable cause) {
        forwarding.events().fault("A connection ended by a fault of the engine.", cause);
        abort(CloseCause.FAULT);
    }

    @Override
    void refuse(Rejection reason) {
        if (phase == Phase.PARKED) {
            leaveParking();
        }
        phase = Phase.ENDED;
        dropTarget();
        release();
        scope.scribe().onEnd(this, reason.by(), reason, System.nanoTime());
        forwarding.refuse(client, reason);
    }

    @Override
    boolean onIdle() {
        switch (phase) {
            case RELAYING -> end(ClosedBy.AGENT, CloseCause.IDLE);
            case PARKED -> refuse(Rejection.NO_HEALTHY_TARGET);
            case CONNECTING ->
                    onConnectFailed(new ConnectTimeoutException("No answer to the connect"));
            case ENDED -> {}
        }
        return phase == Phase.ENDED;
    }

    /** By RST to both sides: a FIN would look as if all had been said. */
    @Override
    void abort(CloseCause cause) {
        switch (phase) {
            case PARKED, CONNECTING -> refuse(Rejection.of(cause));
            case RELAYING -> {
                client.reset();
                stream(Side.TARGET).reset();
                end(ClosedBy.AGENT, cause);
            }
            case ENDED -> {}
        }
    }

    @Override
    void isCounted(Census census) {
        if (phase == Phase.RELAYING) {
            census.count(route().listener(), requireNonNull(target()), clientAddress.getAddress());
        }
    }

    /** The greater of the two directions. */
    @Override
    long bufferedBytes() {
        var target = targetStream();
        return Math.max(client.unsentBytes(), target == null ? 0 : target.unsentBytes());
    }

    private void end(ClosedBy by, CloseCause cause) {
        phase = Phase.ENDED;
        client.close();
        stream(Side.TARGET).close();
        requireNonNull(target()).connectionClosed();
        long now = System.nanoTime();
        forwarding.meters().connectionClosed(by, cause, now - acceptedNanos);
        scope.scribe().onEnd(this, by, cause, now);
        release();
    }

    private void release() {
        if (opening != null) {
            opening.release();
            opening = null;
        }
        scope.wheel().remove(this);
        doneConnecting();
        forwarding.left(port());
    }

    private TcpStream stream(Side side) {
        return side == Side.CLIENT ? client : requireNonNull(targetStream());
    }
}
