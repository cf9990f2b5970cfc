package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Between namespaces whose links lose, delay and shorten packets. */
class BadNetworkTest {
    private static final int PORT = 80;
    private static final int CONNECTIONS = 32;
    private static final int BYTES = 256 << 10;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int NARROW = 600;

    @Test
    @Timeout(150)
    void streamsArriveWholeAndNoneIsStuck() throws Exception {
        try (var wires = Wires.laid();
                var target = echo(wires)) {
            wires.narrowTheTargets(NARROW);
            wires.losePackets();
            wires.reorderPackets();
            try (var _ = wires.agent.enter();
                    var fixture = EngineFixture.active(EngineOptions.defaults(5_000))) {
                fixture.serve(
                        Configs.revision(1)
                                .vips(Wires.VIP)
                                .listener(PORT, "a")
                                .unchecked("a", target.config()));

                converse(wires);

                await().atMost(Duration.ofSeconds(30))
                        .until(() -> fixture.engine.activeConnections() == 0);
                var meters = fixture.engine.meters();
                long all = (long) CONNECTIONS * BYTES;
                assertThat(meters.bytes(Direction.TO_TARGET)).isEqualTo(all);
                assertThat(meters.bytes(Direction.TO_CLIENT)).isEqualTo(all);
                assertThat(meters.closed(ClosedBy.CLIENT, CloseCause.FIN)).isEqualTo(CONNECTIONS);
            }
            assertThat(wires.lost()).as("packets lost").isGreaterThan(100);
            assertThat(wires.reordered()).as("times that senders saw it").isPositive();
            assertThat(target.hasFailures()).isFalse();
        }
    }

    private static TargetServer echo(Wires wires) throws IOException {
        try (var _ = wires.target.enter()) {
            return TargetServer.at(Wires.TARGETS.getFirst(), TargetServer.ECHO);
        }
    }

    /** All at once, each in both directions at once. */
    private static void converse(Wires wires) throws Exception {
        var sockets = new ArrayList<Socket>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try (var _ = wires.client.enter()) {
                for (int i = 0; i < CONNECTIONS; i++) {
                    sockets.add(connect());
                }
            }
            var conversations = new ArrayList<Future<byte[]>>();
            for (int i = 0; i < CONNECTIONS; i++) {
                conversations.addAll(converse(threads, sockets.get(i), bytes(i)));
            }
            for (var each : conversations) {
                each.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    private static List<Future<byte[]>> converse(
            ExecutorService threads, Socket socket, byte[] bytes) {
        var writing =
                threads.submit(() -> {
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                    return bytes;
                });
        var reading =
                threads.submit(() -> {
                    var read = socket.getInputStream().readAllBytes();
                    assertThat(Arrays.mismatch(read, bytes))
                            .as("first byte that differs")
                            .isEqualTo(-1);
                    return read;
                });
        return List.of(writing, reading);
    }

    private static Socket connect() throws IOException {
        var socket = new Socket();
        socket.connect(
                new InetSocketAddress(InetAddress.ofLiteral(Wires.VIP), PORT), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] bytes(int seed) {
        var bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
