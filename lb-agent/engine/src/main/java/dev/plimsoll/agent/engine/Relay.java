package dev.plimsoll.agent.engine;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection: what it reads goes to the other side.
 *
 * <p>A reader that has stalled holds at most 64 KiB per direction: {@link #PENDING_BYTES} may be
 * unsent before a read, less than {@link #SMALL_BYTES} are gathered before a flush, and one read
 * brings {@link ReadBuffers#MAX_BYTES}. Whether to go on reading is asked after the flush, so that
 * a reader that keeps up costs no epoll_ctl.
 */
final class Relay extends ChannelInboundHandlerAdapter {
    static final int PENDING_BYTES = 4 * 1024;
    private static final int SMALL_BYTES = 4 * 1024;

    private final Connection connection;
    private final Side side;
    private final LongAdder bytes;
    private @Nullable Channel peer;
    private int unflushed;

    Relay(Connection connection, Side side, LongAdder bytes) {
        this.connection = connection;
        this.side = side;
        this.bytes = bytes;
    }

    void to(Channel peer) {
        this.peer = peer;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (side == Side.TARGET) {
            connection.onTargetConnected(ctx.channel());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        var buffer = (ByteBuf) msg;
        var to = peer;
        if (to == null || !connection.isRelaying()) {
            buffer.release();
            return;
        }
        unflushed += write(buffer, to);
        if (unflushed >= SMALL_BYTES) {
            flush(ctx, to);
        }
    }

    private int write(ByteBuf buffer, Channel to) {
        int length = buffer.readableBytes();
        bytes.add(length);
        connection.touch();
        to.write(buffer, to.voidPromise()); // write takes ownership: nobody releases here
        return length;
    }

    /** What was read before there was a relay. */
    void send(ByteBuf opening, Channel to) {
        write(opening, to);
        to.flush();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (unflushed > 0 && peer != null) {
            flush(ctx, peer);
        }
    }

    private void flush(ChannelHandlerContext ctx, Channel to) {
        unflushed = 0;
        to.flush();
        if (!to.isWritable()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    /** This side took what was waiting: the other may be read again. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable() && connection.isRelaying()) {
            connection.resumeReading(side.other());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            connection.onInputEnded(side);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.onReset(side);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ReadPaused) {
            connection.onReadWhilePaused(side);
        } else if (cause instanceof IOException) {
            connection.onReset(side);
        } else {
            connection.onFault(cause);
        }
    }
}
