package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnstileTest {
    private static final int MOST = 3;

    private final Turnstile turnstile = new Turnstile(MOST);
    private final EmbeddedChannel door = new EmbeddedChannel();

    @Test
    void nobodyElseIsAcceptedWhileAsManyAsMayBeAreInTheirHandshake() {
        var arrivals = arrivals(MOST);
        assertThat(door.config().isAutoRead()).isFalse();

        arrivals.getFirst().handshake().setSuccess(null);

        assertThat(door.config().isAutoRead()).isTrue();
        assertThat(turnstile.inside()).isEqualTo(MOST - 1);
    }

    @Test
    void handshakeThatFailsMakesRoomAsWell() {
        var arrivals = arrivals(MOST + 2);

        arrivals.forEach(arrival -> arrival.handshake().setFailure(new Exception("no")));

        assertThat(turnstile.inside()).isZero();
        assertThat(door.config().isAutoRead()).isTrue();
    }

    @Test
    void whoSaysNothingHoldsNobodyUpForLong() {
        var arrivals = arrivals(MOST);

        for (var arrival : arrivals) {
            arrival.connection().advanceTimeBy(1, TimeUnit.SECONDS);
            arrival.connection().runScheduledPendingTasks();
        }

        assertThat(turnstile.inside()).isZero();
        assertThat(door.config().isAutoRead()).isTrue();
        arrivals.forEach(arrival -> arrival.handshake().setSuccess(null));
        assertThat(turnstile.inside()).isZero();
    }

    private List<Arrival> arrivals(int count) {
        return IntStream.range(0, count).mapToObj(_ -> arrive()).toList();
    }

    private Arrival arrive() {
        var connection = new EmbeddedChannel(door, DefaultChannelId.newInstance(), true, false);
        connection.freezeTime();
        Promise<Void> handshake = connection.eventLoop().newPromise();
        turnstile.enter(connection, handshake);
        return new Arrival(connection, handshake);
    }

    private record Arrival(EmbeddedChannel connection, Promise<Void> handshake) {}
}
