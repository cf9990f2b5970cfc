package dev.plimsoll.agent.app.control;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks a gateway that says nothing whether it is there, and ends the stream of one that stays
 * silent: a frozen process keeps its connections.
 */
final class Silence extends IdleStateHandler {
    static final Duration PING = Duration.ofSeconds(1);
    static final Duration LIMIT = Duration.ofSeconds(3);

    private static final long MOST_PINGS = LIMIT.dividedBy(PING) - 1;

    private int unanswered;

    Silence() {
        super(PING.toMillis(), 0, 0, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        unanswered = 0;
        super.channelRead(context, message);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (event.state() != IdleState.READER_IDLE) {
            return;
        }
        if (unanswered < MOST_PINGS) {
            unanswered++;
            context.channel().writeAndFlush(new PingWebSocketFrame());
        } else {
            context.fireExceptionCaught(ReadTimeoutException.INSTANCE);
            context.close();
        }
    }
}
