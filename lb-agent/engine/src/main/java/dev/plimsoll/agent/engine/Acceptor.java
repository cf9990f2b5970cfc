package dev.plimsoll.agent.engine;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/** Hands accepted connections over; pauses where the process cannot take any. */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final long PAUSE_MILLIS = 200;

    private final Forwarding forwarding;
    private final LoopScope scope;
    private final int port;

    Acceptor(Forwarding forwarding, LoopScope scope, int port) {
        this.forwarding = forwarding;
        this.scope = scope;
        this.port = port;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        forwarding.onAccepted(scope, (Channel) msg, port);
    }

    /** Accepting failed, mostly for want of descriptors: asking again at once would only spin. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        forwarding.meters().acceptFailed();
        var channel = ctx.channel();
        channel.config().setAutoRead(false);
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (channel.isOpen()) {
                                channel.config().setAutoRead(true);
                            }
                        },
                        PAUSE_MILLIS,
                        TimeUnit.MILLISECONDS);
    }
}
