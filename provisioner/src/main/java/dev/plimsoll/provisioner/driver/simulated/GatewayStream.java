package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.GatewayMessage;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * An agent's end of its control stream. Pings are answered, and pongs dropped, before they get
 * here.
 */
final class GatewayStream extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final Ears ears;
    private @Nullable ChannelHandlerContext open;
    private boolean isDenied;
    private boolean hasHeard;

    GatewayStream(Ears ears) {
        this.ears = ears;
    }

    /** Whoever is at this end. Called on the event loop. */
    interface Ears {
        void opened(GatewayStream stream);

        void heard(GatewayMessage message);

        /** It never opened, or has ended; nothing comes after. */
        void closed(boolean isDenied);

        default void failed() {
            closed(false);
        }
    }

    /** Notes whatever comes; goes before all else. */
    ChannelHandler presence() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                hasHeard = true;
                ctx.fireChannelRead(message);
            }
        };
    }

    void say(AgentMessage message) {
        var context = open;
        if (context != null) {
            context.writeAndFlush(new TextWebSocketFrame(Messages.text(message)));
        }
    }

    /** Pings a gateway of which nothing was heard since this was called last. */
    void askIfSilent() {
        var context = open;
        if (context != null && !hasHeard) {
            context.writeAndFlush(new PingWebSocketFrame());
        }
        hasHeard = false;
    }

    void close() {
        var context = open;
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            open = ctx;
            ears.opened(this);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (frame instanceof TextWebSocketFrame text) {
            ears.heard(Messages.read(text.text()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        open = null;
        ears.closed(isDenied);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        isDenied = cause instanceof WebSocketClientHandshakeException;
        ctx.close();
    }
}
