package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class AccessTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.1.2.0/23, 10.1.3.255, true",
        "10.1.2.0/23, 10.1.4.0, false",
        "192.0.2.5/32, 192.0.2.5, true",
        "192.0.2.5/32, 192.0.2.4, false",
        "192.0.2.5, 192.0.2.5, true",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 127.0.0.1, false",
        "::ffff:192.0.2.0/120, 192.0.2.5, true",
        "::ffff:192.0.2.0/120, 192.0.3.5, false",
        "::ffff:192.0.2.5/128, 192.0.2.5, true",
        "::ffff:0:0/96, 203.0.113.9, true",
        "::ffff:192.0.2.5, 192.0.2.5, true"
    })
    void blockAdmitsItsAddresses(String block, String address, boolean admitted) {
        assertThat(SourceRanges.of(List.of(block)).admits(InetAddress.ofLiteral(address)))
                .isEqualTo(admitted);
    }

    @Test
    void clientOutsideTheAllowedRangesIsClosedAndCounted() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .sources("127.0.9.0/24")
                            .listener(port, "a")
                            .pool("a", target.config()));

            assertThat(answerTo("127.0.9.7", port)).isPositive();
            assertThat(answerTo("127.0.8.7", port)).isEqualTo(-1);
            assertThat(fixture.engine.meters().rejected(Rejection.SOURCE_RANGE)).isOne();
            assertThat(fixture.engine.meters().opened()).isOne();
        }
    }

    private static int answerTo(String source, int port) throws IOException {
        try (var client = new Socket()) {
            client.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
            client.connect(new InetSocketAddress(EngineFixture.VIP, port));
            client.setSoTimeout(5_000);
            client.getOutputStream().write('?');
            return client.getInputStream().read();
        } catch (java.net.SocketException closedOverUnreadByte) {
            return -1;
        }
    }

    @Test
    void connectionsAreLimitedExactlyOverAllLoops() throws Exception {
        int limit = 20;
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .maxConnections(limit)
                            .listener(port, "a")
                            .pool("a", target.config()));

            List<Callable<Socket>> attempts = new ArrayList<>();
            for (int i = 0; i < 3 * limit; i++) {
                attempts.add(() -> spokenWith(port));
            }
            var open = new ArrayList<Socket>();
            for (var attempt : clients.invokeAll(attempts)) {
                if (attempt.get() != null) {
                    open.add(attempt.get());
                }
            }

            assertThat(open).hasSize(limit);
            assertThat(fixture.engine.activeConnections()).isEqualTo(limit);
            assertThat(fixture.engine.meters().rejected(Rejection.MAX_CONNECTIONS))
                    .isEqualTo(2 * limit);

            open.removeLast().close();
            await().until(() -> fixture.engine.activeConnections() == limit - 1);
            var again = spokenWith(port);
            assertThat(again).isNotNull();
            open.add(again);
            for (var socket : open) {
                socket.close();
            }
        }
    }

    /** A connection over which an echo came back, or null if it was closed. */
    private static Socket spokenWith(int port) throws IOException {
        var socket = EngineFixture.connect(port);
        try {
            socket.getOutputStream().write('!');
            if (socket.getInputStream().read() == '!') {
                return socket;
            }
        } catch (java.net.SocketException closedOverUnreadByte) {
            // as good as an end of stream
        }
        socket.close();
        return null;
    }
}
