package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.GatewayMessage;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/** The way down to an agent. Any thread; never blocks. */
final class Wire {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Connection connection;
    private final Channel channel;
    private @Nullable ScheduledFuture<?> pings;

    Wire(Connection connection) {
        this.connection = connection;
        this.channel = connection.channel();
        channel.closeFuture().addListener(_ -> cancelPings());
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

    /** From now on. Not all at one moment, where many are told together. */
    void pingEvery(Duration period) {
        onEventLoop(() -> {
            cancelPings();
            var millis = period.toMillis();
            pings =
                    channel.eventLoop()
                            .scheduleAtFixedRate(
                                    () -> channel.writeAndFlush(new PingWebSocketFrame()),
                                    1 + ThreadLocalRandom.current().nextLong(millis),
                                    millis,
                                    TimeUnit.MILLISECONDS);
        });
    }

    /** From now on, in place of what was to be done before. */
    void onSilence(Duration atLeast, Runnable action) {
        onEventLoop(() -> connection.onReadIdle(atLeast.toMillis(), action));
    }

    private void onEventLoop(Runnable action) {
        channel.eventLoop()
                .execute(() -> {
                    if (channel.isActive()) {
                        action.run();
                    }
                });
    }

    private void cancelPings() {
        var present = pings;
        if (present != null) {
            present.cancel(false);
        }
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
