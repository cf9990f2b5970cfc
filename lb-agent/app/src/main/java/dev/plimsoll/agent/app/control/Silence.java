package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.protocol.GatewayMessage.Pace;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * Asks a gateway that says nothing whether it is there, and ends the stream of one that stays
 * silent: a frozen process keeps its connections. How soon is for the gateway to say, which may
 * have many agents to answer. On the event loop only.
 */
final class Silence extends IdleStateHandler {
    private static final long PACES = 3;

    private Pace pace = new Pace(Pace.FASTEST_MILLIS);
    private long silentMillis;
    private long askedMillis;

    Silence() {
        super(Pace.FASTEST_MILLIS, 0, 0, TimeUnit.MILLISECONDS);
    }

    void keep(Pace told) {
        pace = told;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        silentMillis = 0;
        askedMillis = 0;
        super.channelRead(context, message);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (event.state() != IdleState.READER_IDLE) {
            return;
        }
        silentMillis += Pace.FASTEST_MILLIS;
        if (silentMillis >= PACES * pace.millis()) {
            context.fireExceptionCaught(ReadTimeoutException.INSTANCE);
            context.close();
        } else if (silentMillis - askedMillis >= pace.millis()) {
            askedMillis = silentMillis;
            context.channel().writeAndFlush(new PingWebSocketFrame());
        }
    }
}
