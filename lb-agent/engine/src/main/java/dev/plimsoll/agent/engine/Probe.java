package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One probe's connection.
 *
 * <pre>
 * CONNECT ──┬─────────► TLS ──┬──► HTTP ── head of the response ──► verdict ── drained ──► closed
 *           └── plain HTTP ───┘                                        ▲
 *           └── only connecting ───────────────────────────────────────┘
 * </pre>
 *
 * One deadline holds for all phases. After the verdict what the target still says is read and
 * dropped for a moment, because closing over unread bytes sends RST, which servers log as errors.
 */
final class Probe extends ChannelInboundHandlerAdapter {
    private static final long DRAIN_MILLIS = 250;
    private static final int DRAIN_BYTES = 64 * 1024;

    interface Listener {
        void onVerdict(ProbeOutcome outcome);

        /** Its socket is closed: the last call. */
        void onClosed();
    }

    private final ProbePlan plan;
    private final EventLoop loop;
    private final Listener listener;
    private final @Nullable ResponseHead head;
    private Phase phase = Phase.CONNECT;
    private @Nullable Future<?> deadline;
    private boolean hasVerdict;
    private int drained;

    private Probe(ProbePlan plan, EventLoop loop, Listener listener) {
        this.plan = plan;
        this.loop = loop;
        this.listener = listener;
        this.head = plan.http() == null ? null : new ResponseHead();
    }

    /**
     * @throws ChannelException without a descriptor; the listener then hears nothing
     */
    static void start(ProbePlan plan, EventLoop loop, Transport transport, Listener listener) {
        var channel = transport.connectingSocket(plan.address());
        transport.prepareForProbe(channel);
        var probe = new Probe(plan, loop, listener);
        channel.pipeline().addLast(probe);
        loop.register(channel);
        probe.deadline =
                loop.schedule(
                        () -> probe.onDeadline(channel),
                        plan.timeoutMillis(),
                        TimeUnit.MILLISECONDS);
        var connecting =
                channel.connect(plan.address())
                        .addListener(connected -> {
                            if (connected.isSuccess()) {
                                probe.onConnected(channel);
                            } else {
                                probe.fail(
                                        channel,
                                        ProbeOutcome.failed(
                                                Phase.CONNECT,
                                                java.util.Objects.requireNonNull(
                                                        connected.cause())));
                            }
                        });
        // A channel that cannot even begin to connect is closed before it is said why.
        channel.closeFuture().addListener(_ -> connecting.addListener(_ -> probe.onClosed()));
    }

    private void onConnected(Channel channel) {
        if (plan.isProxied()) {
            var header = channel.alloc().directBuffer(ProxyHeader.MAX_BYTES);
            ProxyHeader.writeLocal(header);
            channel.writeAndFlush(header);
        }
        var http = plan.http();
        if (http == null) {
            succeed(channel, ProbeOutcome.accepted());
        } else if (http.tls() == null) {
            ask(channel, http);
        } else {
            phase = Phase.TLS;
            channel.pipeline().addFirst(handshake(http.tls()));
        }
    }

    private SslHandler handshake(ProbePlan.Tls tls) {
        var engine = tls.context().createSSLEngine();
        engine.setUseClientMode(true);
        var handler = new SslHandler(engine, tls.arithmetic());
        handler.setHandshakeTimeoutMillis(0); // the probe has a deadline of its own
        handler.setCloseNotifyFlushTimeoutMillis(DRAIN_MILLIS);
        return handler;
    }

    private void ask(Channel channel, ProbePlan.Http http) {
        phase = Phase.HTTP;
        channel.writeAndFlush(Unpooled.wrappedBuffer(http.request()));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var buffer = (ByteBuf) msg;
        try {
            if (hasVerdict || head == null) {
                drain(ctx.channel(), buffer.readableBytes());
            } else {
                read(ctx.channel(), buffer, head);
            }
        } finally {
            buffer.release();
        }
    }

    private void read(Channel channel, ByteBuf buffer, ResponseHead head) {
        while (buffer.isReadable()) {
            switch (head.accept(buffer.readByte())) {
                case MORE -> {}
                case COMPLETE -> {
                    boolean isOk = plan.isOk(head.status());
                    succeed(channel, ProbeOutcome.answered(head.status(), isOk));
                    drain(channel, buffer.readableBytes());
                    return;
                }
                case MALFORMED -> {
                    fail(channel, ProbeOutcome.malformed());
                    return;
                }
                case TOO_LARGE -> {
                    fail(channel, ProbeOutcome.tooLarge());
                    return;
                }
            }
        }
    }

    private void drain(Channel channel, int bytes) {
        drained += bytes;
        if (drained > DRAIN_BYTES) {
            channel.unsafe().close(channel.voidPromise());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        var channel = ctx.channel();
        switch (event) {
            case SslHandshakeCompletionEvent handshake when handshake.isSuccess() ->
                    ask(channel, java.util.Objects.requireNonNull(plan.http()));
            case SslHandshakeCompletionEvent handshake ->
                    fail(channel, ProbeOutcome.failed(phase, handshake.cause()));
            case SslCloseCompletionEvent _ -> onEnd(channel);
            case ChannelInputShutdownEvent _ -> onEnd(channel);
            default -> {}
        }
    }

    private void onEnd(Channel channel) {
        fail(channel, ProbeOutcome.closed(phase));
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx.channel(), ProbeOutcome.failed(phase, cause));
        ctx.channel().unsafe().close(ctx.channel().voidPromise());
    }

    private void onDeadline(Channel channel) {
        fail(channel, ProbeOutcome.timeout(phase));
    }

    /** The target has answered: it may finish what it says. */
    private void succeed(Channel channel, ProbeOutcome outcome) {
        if (!verdict(outcome)) {
            return;
        }
        if (head == null) {
            ((DuplexChannel) channel).shutdownOutput();
        }
        var patience = loop.schedule(() -> channel.close(), DRAIN_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> patience.cancel(false));
    }

    private void fail(Channel channel, ProbeOutcome outcome) {
        if (verdict(outcome)) {
            // Past the TLS handler, which would still want to say goodbye.
            channel.unsafe().close(channel.voidPromise());
        }
    }

    private boolean verdict(ProbeOutcome outcome) {
        if (hasVerdict) {
            return false;
        }
        hasVerdict = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        listener.onVerdict(outcome);
        return true;
    }

    private void onClosed() {
        verdict(ProbeOutcome.closed(phase));
        listener.onClosed();
    }
}
