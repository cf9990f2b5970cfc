package dev.plimsoll.agent.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.GatewayMessage.Pace;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private final Silence silence = new Silence();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    SilenceTest() {
        channel.freezeTime();
        channel.pipeline().addLast(silence, new Deaf());
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void silentGatewayIsAskedEverySecondAndGivenUpAfterThree() {
        passSeconds(2);
        assertThat(pings()).isEqualTo(2);
        assertThat(channel.isOpen()).isTrue();

        passSeconds(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void gatewayThatAsksForAnotherPaceIsAskedAndGivenUpAtThatPace() {
        silence.keep(new Pace(20_000));

        passSeconds(59);
        assertThat(pings()).isEqualTo(2);
        assertThat(channel.isOpen()).isTrue();

        passSeconds(1);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void gatewayThatIsHeardOfIsNotAsked() {
        silence.keep(new Pace(5_000));

        for (int i = 0; i < 10; i++) {
            passSeconds(4);
            channel.writeInbound("anything");
        }

        assertThat(pings()).isZero();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void noPaceIsSoSlowThatAGatewayIsNeverGivenUp() {
        silence.keep(new Pace(Long.MAX_VALUE));

        passSeconds(3 * 200);

        assertThat(channel.isOpen()).isFalse();
    }

    private void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private int pings() {
        int pings = 0;
        for (var said = channel.readOutbound(); said != null; said = channel.readOutbound()) {
            assertThat(said).isInstanceOf(PingWebSocketFrame.class);
            pings++;
        }
        return pings;
    }

    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {}

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}
    }
}
