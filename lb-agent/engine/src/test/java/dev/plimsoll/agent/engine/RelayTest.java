package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RelayTest {

    @Test
    void bytesArriveExactlyInBothDirections() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active();
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            var clients = new ArrayList<Future<?>>();
            for (int seed = 0; seed < 24; seed++) {
                long own = seed;
                clients.add(pool.submit(() -> exchange(port, new Random(own))));
            }

            for (var client : clients) {
                client.get();
            }
            assertThat(fixture.engine.meters().bytes(Direction.TO_TARGET))
                    .isEqualTo(fixture.engine.meters().bytes(Direction.TO_CLIENT));
        }
    }

    /** Sends a random stream in random pieces, half-closes, and expects all of it back. */
    private static Void exchange(int port, Random random) throws Exception {
        var sent = new byte[1 + random.nextInt(3_000_000)];
        random.nextBytes(sent);
        try (var socket = EngineFixture.connect(port)) {
            var writer = Thread.ofVirtual().start(() -> sendInPieces(socket, sent, new Random(1)));
            var back = socket.getInputStream().readAllBytes();
            writer.join();
            assertThat(back).isEqualTo(sent);
        }
        return null;
    }

    private static void sendInPieces(Socket socket, byte[] bytes, Random random) {
        try {
            for (int at = 0; at < bytes.length; ) {
                int n = Math.min(bytes.length - at, 1 + random.nextInt(200_000));
                socket.getOutputStream().write(bytes, at, n);
                at += n;
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void clientThatEndsItsHalfStillGetsTheAnswer() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            var all = socket.getInputStream().readAllBytes();
                            socket.getOutputStream().write(all);
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write(bytes("question"));
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes("question"));
            }

            await().untilAsserted(() -> closed(fixture, ClosedBy.CLIENT, CloseCause.FIN, 1));
        }
    }

    /** There may be something to read from the target when its accepting is noticed. */
    @Test
    void targetsThatSpeakFirstAreHeardAtOnce() throws Exception {
        var loopback = InetAddress.ofLiteral("127.0.0.1");
        try (var target = new ServerSocket(0, 1_024, loopback);
                var fixture = EngineFixture.active();
                var pool = Executors.newFixedThreadPool(100, Thread.ofVirtual().factory())) {
            Thread.ofPlatform().daemon().start(() -> welcomeAll(target));
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .unchecked("a", new TargetConfig("127.0.0.1", target.getLocalPort())));

            var heard = new ArrayList<Future<byte[]>>();
            for (int i = 0; i < 2_000; i++) {
                heard.add(
                        pool.submit(() -> {
                            try (var client = EngineFixture.connect(port)) {
                                client.setSoTimeout(10_000);
                                return client.getInputStream().readNBytes(7);
                            }
                        }));
            }

            for (var each : heard) {
                assertThat(each.get()).isEqualTo(bytes("welcome"));
            }
        }
    }

    private static void welcomeAll(ServerSocket target) {
        try {
            while (true) {
                var client = target.accept();
                client.getOutputStream().write(bytes("welcome"));
                client.shutdownOutput();
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** A read stops at an urgent byte, which is out of band itself, although more is there. */
    @Test
    void urgentByteHidesNothingThatFollows() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            for (int i = 0; i < 100; i++) {
                try (var client = EngineFixture.connect(port)) {
                    client.getOutputStream().write(bytes("before"));
                    client.sendUrgentData('!');
                    client.getOutputStream().write(bytes("after"));
                    if (i % 2 == 0) {
                        client.shutdownOutput();
                    }
                    assertThat(client.getInputStream().readNBytes(11))
                            .isEqualTo(bytes("beforeafter"));
                }
            }
        }
    }

    @Test
    void targetThatEndsItsHalfStillGetsWhatFollows() throws Exception {
        var rest = new java.util.concurrent.CompletableFuture<byte[]>();
        try (var target =
                        TargetServer.running(socket -> {
                            if (socket.getInputStream().read() < 0) {
                                return;
                            }
                            socket.getOutputStream().write(bytes("bye"));
                            socket.shutdownOutput();
                            rest.complete(socket.getInputStream().readAllBytes());
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('!');
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes("bye"));
                client.getOutputStream().write(bytes("and more"));
                client.shutdownOutput();

                assertThat(rest.get(5, TimeUnit.SECONDS)).isEqualTo(bytes("and more"));
            }

            await().untilAsserted(() -> closed(fixture, ClosedBy.TARGET, CloseCause.FIN, 1));
        }
    }

    @Test
    void connectionWithoutAByteEndsCleanly() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }

            await().untilAsserted(() -> closed(fixture, ClosedBy.CLIENT, CloseCause.FIN, 1));
            assertThat(target.hasFailures()).isFalse();
        }
    }

    @Test
    void resetByTheClientReachesTheTargetAsReset() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            var in = socket.getInputStream();
                            while (in.read() >= 0) {
                                socket.getOutputStream().write('.');
                            }
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            var client = EngineFixture.connect(port);
            client.getOutputStream().write('!');
            assertThat(client.getInputStream().read()).isEqualTo('.');
            reset(client);

            assertThat(target.failure())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            await().untilAsserted(() -> closed(fixture, ClosedBy.CLIENT, CloseCause.RESET, 1));
        }
    }

    @Test
    void resetByTheTargetReachesTheClientAsReset() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            if (socket.getInputStream().read() >= 0) {
                                reset(socket);
                            }
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('!');
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }

            await().untilAsserted(() -> closed(fixture, ClosedBy.TARGET, CloseCause.RESET, 1));
        }
    }

    @Test
    void clientThatDoesNotReadHoldsAtMost64KiBEvenAfterTheTargetsFin() throws Exception {
        int size = 24 * 1024 * 1024;
        var sent = new CountDownLatch(1);
        try (var target = TargetServer.running(socket -> sendAll(socket, size, sent));
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('!');
                awaitStall(fixture, Direction.TO_CLIENT);
                assertThat(fixture.engine.mostBufferedBytes())
                        .isPositive()
                        .isLessThanOrEqualTo(64 * 1024);

                assertThat(countAndCheck(client.getInputStream(), size, fixture)).isEqualTo(size);
            }
            assertThat(sent.getCount()).isZero();
        }
    }

    @Test
    void targetThatEndedBeforeItsReaderWokeLosesNothing() throws Exception {
        // Small enough to lie in kernel buffers with the FIN behind it, too large for the client's.
        int size = 7 * 1024 * 1024;
        var sent = new CountDownLatch(1);
        try (var target = TargetServer.running(socket -> sendAll(socket, size, sent));
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            try (var client = new Socket()) {
                client.setReceiveBufferSize(4 * 1024);
                client.connect(new java.net.InetSocketAddress(EngineFixture.VIP, port));
                client.setSoTimeout(10_000);
                client.getOutputStream().write('!');
                client.shutdownOutput();
                awaitStall(fixture, Direction.TO_CLIENT);
                assertThat(fixture.engine.mostBufferedBytes())
                        .isPositive()
                        .isLessThanOrEqualTo(64 * 1024);

                assertThat(countAndCheck(client.getInputStream(), size, fixture)).isEqualTo(size);
            }
        }
    }

    @Test
    void targetThatDoesNotReadHoldsAtMost64KiB() throws Exception {
        var go = new CountDownLatch(1);
        int size = 24 * 1024 * 1024;
        var got = new java.util.concurrent.CompletableFuture<Long>();
        try (var target =
                        TargetServer.running(socket -> {
                            int first = socket.getInputStream().read();
                            if (first >= 0) {
                                go.await();
                                got.complete(
                                        1
                                                + socket.getInputStream()
                                                        .transferTo(
                                                                OutputStream.nullOutputStream()));
                            }
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                var writer =
                        Thread.ofVirtual()
                                .start(() -> sendInPieces(client, new byte[size], new Random(2)));
                awaitStall(fixture, Direction.TO_TARGET);
                assertThat(fixture.engine.mostBufferedBytes())
                        .isPositive()
                        .isLessThanOrEqualTo(64 * 1024);
                go.countDown();
                writer.join();

                assertThat(got.get(10, TimeUnit.SECONDS)).isEqualTo(size);
            }
        }
    }

    @Test
    void silentConnectionEndsByFinOnBothSides() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a", 200).pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                long from = System.nanoTime();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                assertThat(Duration.ofNanos(System.nanoTime() - from))
                        .isBetween(Duration.ofMillis(195), Duration.ofMillis(600));
            }

            await().untilAsserted(() -> closed(fixture, ClosedBy.AGENT, CloseCause.IDLE, 1));
            assertThat(target.hasFailures()).isFalse();
        }
    }

    @Test
    void payloadInEitherDirectionKeepsAConnectionOpen() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            if (socket.getInputStream().read() < 0) {
                                return;
                            }
                            for (int i = 0; i < 8; i++) {
                                TimeUnit.MILLISECONDS.sleep(
                                        80); // the target's pace, not a wait of the test
                                socket.getOutputStream().write('.');
                            }
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a", 300).pool("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('!');
                assertThat(client.getInputStream().readAllBytes()).hasSize(8);
            }
        }
    }

    private static void sendAll(Socket socket, int size, CountDownLatch sent) throws IOException {
        if (socket.getInputStream().read() < 0) {
            return; // a probe
        }
        var piece = new byte[64 * 1024];
        for (int at = 0; at < size; at += piece.length) {
            for (int i = 0; i < piece.length; i++) {
                piece[i] = pattern(at + i);
            }
            socket.getOutputStream().write(piece);
        }
        socket.shutdownOutput();
        sent.countDown();
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    }

    private static byte pattern(int at) {
        return (byte) (at * 31 + (at >>> 12));
    }

    /** Nothing has moved in a direction for a while: the reader's stall has reached the writer. */
    private static void awaitStall(EngineFixture fixture, Direction direction) {
        await().during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(15))
                .until(
                        new java.util.concurrent.Callable<Boolean>() {
                            private long before;

                            @Override
                            public Boolean call() {
                                long now = fixture.engine.meters().bytes(direction);
                                boolean still = now == before && now > 1_000;
                                before = now;
                                return still;
                            }
                        });
    }

    private static long countAndCheck(InputStream in, int size, EngineFixture fixture)
            throws Exception {
        var piece = new byte[64 * 1024];
        long at = 0;
        long looks = 0;
        for (int n; (n = in.read(piece)) >= 0; ) {
            for (int i = 0; i < n; i++) {
                if (piece[i] != pattern((int) at + i)) {
                    throw new AssertionError("Wrong byte at " + (at + i) + " of " + size);
                }
            }
            at += n;
            if (looks++ % 16 == 0) {
                assertThat(fixture.engine.mostBufferedBytes()).isLessThanOrEqualTo(64 * 1024);
            }
        }
        return at;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void closed(EngineFixture fixture, ClosedBy by, CloseCause cause, long times) {
        assertThat(fixture.engine.meters().closed(by, cause)).isEqualTo(times);
        assertThat(fixture.engine.activeConnections()).isZero();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
