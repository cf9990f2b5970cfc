package dev.plimsoll.agent.engine;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.DatagramDrop;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.ListenerConfig;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * A client's datagrams to one target and the answers to them, until none has come for the idle
 * timeout. Its own socket is connected to the target, so that answers find their client, strangers
 * find nobody, and the kernel reports what ICMP says. Sends at once or drops: nothing is queued.
 */
final class DatagramSession extends Flow {
    static final Target[] NONE = new Target[0];

    /** The next one in a chain of the {@link SessionTable}. */
    @Nullable DatagramSession chained;

    private final DatagramListener listener;
    private final Snapshot.Route opened;
    private Snapshot snapshot;
    private Pool pool;
    private @Nullable Target target;
    private int targets;
    private boolean hasTargetLeft;
    private @Nullable Channel socket;

    DatagramSession(
            DatagramListener listener,
            Forwarding forwarding,
            LoopScope scope,
            InetSocketAddress client,
            Snapshot snapshot,
            Snapshot.Route route) {
        super(forwarding, scope, client, scope.scribe().moment());
        this.listener = listener;
        this.opened = route;
        this.snapshot = snapshot;
        this.pool = route.pool();
    }

    InetSocketAddress client() {
        return clientAddress;
    }

    @Override
    Snapshot.Route route() {
        return opened;
    }

    @Override
    @Nullable Target target() {
        return target;
    }

    @Override
    int tries() {
        return targets;
    }

    boolean isOf(Snapshot snapshot) {
        return this.snapshot == snapshot;
    }

    void open(Target first) throws IOException {
        connect(first);
        scope.wheel().add(this, idleMillis());
        forwarding.meters().sessionOpened();
    }

    private long idleMillis() {
        return listenerConfig().idleTimeoutMillis();
    }

    private ListenerConfig listenerConfig() {
        return requireNonNull(snapshot.datagramRoutes().get(port())).listener();
    }

    private void connect(Target to) throws IOException {
        var answers = new Answers();
        socket = forwarding.transport().connectedDatagrams(scope, to.address(), answers);
        target = to;
        targets++;
        hasTargetLeft = false;
        to.connectionOpened();
    }

    /** Another configuration: the session stays with its target if the pool has it still. */
    void follow(Snapshot now, Snapshot.Route route) {
        snapshot = now;
        pool = route.pool();
        if (idleTicks != scope.wheel().ticksFor(idleMillis())) {
            scope.wheel().remove(this);
            scope.wheel().add(this, idleMillis());
        }
        hasTargetLeft = !pool.targets().contains(target);
    }

    /** To another target, if there is one; sends nothing. */
    private void leaveTarget(@Nullable Target[] tried) {
        var next = pool.next(clientAddress.getAddress(), tried, tried.length);
        if (next == null || next == target) {
            return;
        }
        var before = requireNonNull(target);
        var socketBefore = requireNonNull(socket);
        try {
            connect(next);
        } catch (IOException | ChannelException outOfDescriptors) {
            drop(DatagramDrop.NO_DESCRIPTORS);
            return;
        }
        before.connectionClosed();
        socketBefore.close();
    }

    void forward(ByteBuf datagram) {
        if (!hasUsableTarget()) {
            leaveTarget(NONE);
        }
        if (hasUsableTarget()) {
            touch();
            send(datagram);
        } else {
            drop(DatagramDrop.NO_HEALTHY_TARGET);
        }
    }

    private boolean hasUsableTarget() {
        return !hasTargetLeft && requireNonNull(target).isHealthy();
    }

    private void send(ByteBuf datagram) {
        try {
            sendOrDrop(datagram);
        } catch (IOException ofAnEarlierOne) {
            // The kernel reports it in place of sending this one, which has another try.
            onError(ofAnEarlierOne);
            try {
                sendOrDrop(datagram);
            } catch (IOException again) {
                drop(DatagramDrop.SEND_FAILED);
            }
        }
    }

    private void sendOrDrop(ByteBuf datagram) throws IOException {
        int length = datagram.readableBytes();
        if (forwarding.transport().send(requireNonNull(socket), datagram)) {
            moved(Direction.TO_TARGET, length);
            forwarding.meters().datagramForwarded(Direction.TO_TARGET, length);
        } else {
            drop(DatagramDrop.SEND_BUFFER_FULL);
        }
    }

    private void onError(IOException cause) {
        if (isUnreachable(cause)) {
            drop(DatagramDrop.TARGET_UNREACHABLE);
            leaveTarget(new Target[] {target});
        }
    }

    private static boolean isUnreachable(IOException cause) {
        var reason = ConnectFailure.of(cause).reason();
        return cause instanceof PortUnreachableException
                || reason == Reason.REFUSED
                || reason == Reason.UNREACHABLE;
    }

    private void answer(DatagramPacket datagram) {
        if (!datagram.sender().equals(requireNonNull(target).address())) {
            return; // sent before the socket was connected, by whoever guessed its port
        }
        touch();
        try {
            int length = datagram.content().readableBytes();
            if (forwarding.transport().send(listener.socket(), datagram.content(), clientAddress)) {
                moved(Direction.TO_CLIENT, length);
                forwarding.meters().datagramForwarded(Direction.TO_CLIENT, length);
            } else {
                drop(DatagramDrop.SEND_BUFFER_FULL);
            }
        } catch (IOException e) {
            drop(DatagramDrop.SEND_FAILED);
        }
    }

    private void touch() {
        lastActiveTick = scope.wheel().now();
    }

    private void drop(DatagramDrop reason) {
        forwarding.meters().datagramDropped(reason);
    }

    /** Of one target: what comes through the socket of the one before is nobody's. */
    private final class Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            var datagram = (DatagramPacket) msg;
            try {
                if (ctx.channel() == socket) {
                    answer(datagram);
                }
            } finally {
                datagram.release();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!(cause instanceof IOException e)) {
                forwarding.events().fault("An answer was lost by a fault of the engine.", cause);
            } else if (ctx.channel() == socket) {
                onError(e);
            }
        }
    }

    void end(SessionEnd how) {
        scope.wheel().remove(this);
        listener.forget(this);
        requireNonNull(socket).close();
        requireNonNull(target).connectionClosed();
        forwarding.admission().giveBack();
        forwarding.meters().sessionEnded(how);
        scope.scribe().onEnd(this, ClosedBy.AGENT, how, System.nanoTime());
    }

    @Override
    void isCounted(Census census) {
        census.count(listenerConfig(), requireNonNull(target), clientAddress.getAddress());
    }

    @Override
    boolean onIdle() {
        end(SessionEnd.IDLE);
        return true;
    }

    @Override
    void abort(CloseCause cause) {
        end(cause == CloseCause.ORDERED ? SessionEnd.ORDERED : SessionEnd.SHUTDOWN);
    }
}
