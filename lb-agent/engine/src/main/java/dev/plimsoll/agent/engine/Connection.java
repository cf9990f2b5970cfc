package dev.plimsoll.agent.engine;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
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
 * While connecting, the client's socket is not registered: it cannot be read and needs no memory. A
 * {@link Greeting}'s is, and paused.
 */
final class Connection extends Expiring {
    private static final int MAX_TRIES = 3;

    /** A first probe has ended long before. */
    private static final long MAX_PARKED_MILLIS = 10_000;

    private enum Phase {
        PARKED,
        CONNECTING,
        RELAYING,
        ENDED
    }

    private final Forwarding forwarding;
    private final LoopScope scope;
    private Snapshot.Route route;
    private final SideState client;
    private final @Nullable Target[] tried = new Target[MAX_TRIES];
    private final long acceptedNanos = System.nanoTime();
    private @Nullable ByteBuf opening;
    private @Nullable SideState target;
    private @Nullable Target chosen;
    private @Nullable Side firstFin;
    private int tries;
    private boolean isConnecting;
    private long attemptNanos;
    private Phase phase = Phase.CONNECTING;

    /** One side's socket and what has happened to it. */
    private static final class SideState {
        final Channel channel;
        final Relay relay;
        boolean outputEnded;

        SideState(Channel channel, Relay relay) {
            this.channel = channel;
            this.relay = relay;
        }
    }

    /**
     * @param opening what a client that is registered already, and paused, has said; else null
     */
    Connection(
            Forwarding forwarding,
            LoopScope scope,
            Snapshot.Route route,
            Channel client,
            @Nullable ByteBuf opening) {
        this.forwarding = forwarding;
        this.scope = scope;
        this.route = route;
        this.opening = opening;
        this.client = new SideState(client, relay(Side.CLIENT, Direction.TO_TARGET));
    }

    private Relay relay(Side side, Direction direction) {
        return new Relay(this, side, forwarding.meters().bytesAdder(direction));
    }

    void open() {
        scope.wheel().add(this, route.listener().idleTimeoutMillis());
        if (client.channel.isRegistered()) {
            client.channel.pipeline().addLast(client.relay);
        }
        forwarding.entered(route.listener().port());
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

    private void connectNext() {
        var next = tries < MAX_TRIES ? route.pool().next(clientIp(), tried, tries) : null;
        if (next == null && tries == 0) {
            if (route.pool().awaitsVerdict()) {
                park();
                return;
            }
            next = route.pool().next(clientIp(), tried, tries); // the last verdict may be just out
        }
        if (next == null) {
            refuse(tries == 0 ? Rejection.NO_HEALTHY_TARGET : Rejection.TARGETS_UNREACHABLE);
            return;
        }
        tried[tries++] = next;
        chosen = next;
        attemptNanos = System.nanoTime();
        try {
            connect(next);
        } catch (ChannelException outOfDescriptors) {
            refuse(Rejection.NO_DESCRIPTORS);
        }
    }

    private void park() {
        if (!forwarding.parked().take(forwarding.options().maxParked())) {
            refuse(Rejection.TOO_MANY_PARKED);
            return;
        }
        phase = Phase.PARKED;
        scope.parking().add(this);
        scope.wheel().remove(this);
        scope.wheel().add(this, MAX_PARKED_MILLIS);
    }

    private void leaveParking() {
        scope.parking().remove(this);
        forwarding.parked().giveBack();
    }

    /** There is a verdict, or another configuration: whatever the pool is like now. */
    void retry() {
        var now = forwarding.snapshot();
        var pool = now == null ? null : now.pools().get(route.listener().targetPool());
        if (phase != Phase.PARKED) {
            return;
        }
        if (pool == null) {
            refuse(Rejection.LISTENER_REMOVED);
            return;
        }
        route = new Snapshot.Route(route.listener(), pool);
        if (pool.isAnyHealthy() || !pool.awaitsVerdict()) {
            leaveParking();
            phase = Phase.CONNECTING;
            scope.wheel().remove(this);
            scope.wheel().add(this, route.listener().idleTimeoutMillis());
            connectNext();
        }
    }

    private InetAddress clientIp() {
        return ((InetSocketAddress) client.channel.remoteAddress()).getAddress();
    }

    private void connect(Target next) {
        var channel = forwarding.transport().connectingSocket(next.address());
        var attempt = new SideState(channel, relay(Side.TARGET, Direction.TO_CLIENT));
        target = attempt;
        forwarding.transport().prepareForRelay(channel);
        channel.pipeline().addLast(attempt.relay);
        scope.loop().register(channel);
        channel.connect(next.address())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        onConnectFailed(attempt, requireNonNull(connected.cause()));
                    }
                });
    }

    /** What the failed socket still has to say must not be taken for the next one's. */
    private void onConnectFailed(SideState attempt, Throwable cause) {
        attempt.channel.pipeline().remove(attempt.relay);
        attempt.channel.close();
        if (phase == Phase.CONNECTING) {
            forwarding.meters().connectFailed(ConnectFailure.of(cause).reason());
            connectNext();
        }
    }

    /** Called before anything can have been read from the target. */
    void onTargetConnected(Channel channel) {
        if (phase != Phase.CONNECTING) {
            reset(channel); // a FIN would look as if a client had nothing to say
            channel.close();
            return;
        }
        phase = Phase.RELAYING;
        doneConnecting();
        touch();
        var to = requireNonNull(target);
        requireNonNull(chosen).connectionOpened();
        forwarding.meters().connectionOpened(System.nanoTime() - attemptNanos);
        client.relay.to(channel);
        to.relay.to(client.channel);
        if (route.listener().protocol() == Protocol.TCP_PROXY) {
            announceClient(channel);
        }
        hearClient(channel);
    }

    private void hearClient(Channel to) {
        if (opening == null) {
            forwarding.transport().prepareForRelay(client.channel);
            client.channel.pipeline().addLast(client.relay);
            scope.loop().register(client.channel);
        } else if (!client.channel.isActive()) {
            onReset(Side.CLIENT);
        } else {
            client.relay.send(opening, to);
            opening = null;
            client.channel.config().setAutoRead(to.isWritable());
        }
    }

    /**
     * What the client has sent already is read in the loop's next round, and the header goes out in
     * one segment with it; if there is nothing, the header goes alone after that round.
     */
    private void announceClient(Channel channel) {
        var header = channel.alloc().ioBuffer(ProxyHeader.MAX_BYTES, ProxyHeader.MAX_BYTES);
        ProxyHeader.write(
                header,
                (InetSocketAddress) client.channel.remoteAddress(),
                (InetSocketAddress) client.channel.localAddress());
        channel.write(header, channel.voidPromise());
        var loop = scope.loop();
        loop.execute(() -> loop.schedule(channel::flush, 0, TimeUnit.NANOSECONDS));
    }

    private void refuse(Rejection reason) {
        if (phase == Phase.PARKED) {
            leaveParking();
        }
        phase = Phase.ENDED;
        release();
        forwarding.refuse(client.channel, reason);
    }

    boolean isRelaying() {
        return phase == Phase.RELAYING;
    }

    void touch() {
        lastActiveTick = scope.wheel().now();
    }

    /** One that still connects has its own timeout. */
    @Override
    boolean onIdle() {
        switch (phase) {
            case RELAYING -> end(ClosedBy.AGENT, CloseCause.IDLE);
            case PARKED -> refuse(Rejection.NO_HEALTHY_TARGET);
            case CONNECTING, ENDED -> {}
        }
        return phase == Phase.ENDED;
    }

    /** A FIN came: it goes on to the other side behind all that was read before it. */
    void onInputEnded(Side side) {
        if (phase != Phase.RELAYING) {
            return;
        }
        if (firstFin == null) {
            firstFin = side;
        }
        var to = state(side.other());
        to.channel
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(sent -> endOutput(side.other(), to, sent.isSuccess()));
    }

    private void endOutput(Side side, SideState to, boolean sent) {
        if (phase != Phase.RELAYING) {
            return;
        }
        if (!sent) {
            onReset(side);
            return;
        }
        ((DuplexChannel) to.channel)
                .shutdownOutput()
                .addListener(ended -> onOutputEnded(side, to, ended.isSuccess()));
    }

    private void onOutputEnded(Side side, SideState to, boolean ended) {
        if (!ended) {
            onReset(side);
            return;
        }
        to.outputEnded = true;
        if (state(side.other()).outputEnded && phase == Phase.RELAYING) {
            end(firstFin == Side.TARGET ? ClosedBy.TARGET : ClosedBy.CLIENT, CloseCause.FIN);
        }
    }

    /** A side is gone without ending its half: the other learns it the same way, by RST. */
    void onReset(Side side) {
        if (phase == Phase.RELAYING) {
            reset(state(side.other()).channel);
            end(side == Side.CLIENT ? ClosedBy.CLIENT : ClosedBy.TARGET, CloseCause.RESET);
        }
    }

    void onFault(Throwable cause) {
        forwarding.events().fault("A connection ended by a fault of the engine.", cause);
        abort(CloseCause.FAULT);
    }

    /** By RST to both sides: a FIN would look as if all had been said. */
    @Override
    void abort(CloseCause cause) {
        switch (phase) {
            case PARKED, CONNECTING -> refuse(Rejection.STOPPING);
            case RELAYING -> {
                reset(client.channel);
                reset(state(Side.TARGET).channel);
                end(ClosedBy.AGENT, cause);
            }
            case ENDED -> {}
        }
    }

    void resumeReading(Side side) {
        state(side).channel.config().setAutoRead(true);
    }

    /** See {@link ReadPaused}. A paused side is not read, so that its reset must be asked for. */
    void onReadWhilePaused(Side side) {
        if (phase == Phase.ENDED || !forwarding.transport().isBroken(state(side).channel)) {
            return;
        }
        if (phase == Phase.RELAYING) {
            onReset(side);
        } else {
            refuse(Rejection.CLIENT_GONE);
        }
    }

    /** The greater of the two directions. */
    @Override
    long bufferedBytes() {
        return Math.max(pending(client), target == null ? 0 : pending(target));
    }

    private static long pending(SideState state) {
        var buffer = state.channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private void end(ClosedBy by, CloseCause cause) {
        phase = Phase.ENDED;
        client.channel.close();
        state(Side.TARGET).channel.close();
        requireNonNull(chosen).connectionClosed();
        forwarding.meters().connectionClosed(by, cause, System.nanoTime() - acceptedNanos);
        release();
    }

    private void release() {
        if (opening != null) {
            opening.release();
            opening = null;
        }
        scope.wheel().remove(this);
        doneConnecting();
        forwarding.left(route.listener().port());
    }

    private static void reset(Channel channel) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }

    private SideState state(Side side) {
        return side == Side.CLIENT ? client : requireNonNull(target);
    }
}
