package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.GatewayMessage;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The way down to an agent. Any thread; never blocks. */
final class Wire {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Channel channel;

    Wire(Channel channel) {
        this.channel = channel;
    }

    /** False when the agent has not taken what it was sent before. */
    boolean send(GatewayMessage message) {
        if (!channel.isActive()) {
            return true; // its end is noticed elsewhere
        }
        if (!channel.isWritable()) {
            return false;
        }
        channel.writeAndFlush(
                new TextWebSocketFrame(
                        AgentJson.MAPPER
                                .writerFor(GatewayMessage.class)
                                .writeValueAsString(message)));
        return true;
    }

    void pingEvery(Duration period) {
        var pings =
                channel.eventLoop()
                        .scheduleAtFixedRate(
                                () -> channel.writeAndFlush(new PingWebSocketFrame()),
                                period.toMillis(),
                                period.toMillis(),
                                TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> pings.cancel(false));
    }

    void later(Duration delay, Runnable action) {
        var scheduled =
                channel.eventLoop().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> scheduled.cancel(false));
    }

    void close(WebSocketCloseStatus status, String reason) {
        channel.writeAndFlush(new CloseWebSocketFrame(status, reason))
                .addListener(ChannelFutureListener.CLOSE);
        later(CLOSE_LIMIT, channel::close);
    }
}
