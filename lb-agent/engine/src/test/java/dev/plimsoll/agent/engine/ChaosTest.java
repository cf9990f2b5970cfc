package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Thousands of conversations, each by a script that its seed decides and that both ends know: what
 * arrives must be what was sent, byte by byte, and end as the other side ended it.
 */
class ChaosTest {
    private static final int CONNECTIONS = Integer.getInteger("plimsoll.chaos.connections", 21_000);
    private static final long SEED = Long.getLong("plimsoll.chaos.seed", 20_261_121);
    private static final int AT_ONCE = 64;
    private static final int PATIENCE_MILLIS = 20_000;

    private enum Ending {
        CLIENT_ENDS_FIRST,
        TARGET_ENDS_FIRST,
        BOTH_AT_ONCE,
        NOTHING_SAID,
        CLIENT_RESETS,
        TARGET_RESETS
    }

    /** What is said and how; the first eight bytes that a client sends are the seed. */
    private record Script(
            long seed, Ending ending, int up, int down, boolean isHesitant, boolean isTiny) {

        static Script of(long seed) {
            var random = new Random(seed);
            var ending = Ending.values()[random.nextInt(Ending.values().length)];
            return new Script(
                    seed,
                    ending,
                    Long.BYTES + length(random),
                    length(random),
                    random.nextInt(8) == 0,
                    random.nextInt(20) == 0);
        }

        private static int length(Random random) {
            return switch (random.nextInt(20)) {
                case 0, 1, 2 -> 0;
                case 3 -> 1;
                case 4 -> random.nextInt(100_000);
                case 5, 6 -> random.nextInt(20_000);
                default -> random.nextInt(600);
            };
        }

        byte[] fromClient() {
            var bytes = new byte[up];
            new Random(~seed).nextBytes(bytes);
            ByteBuffer.wrap(bytes).putLong(seed);
            return bytes;
        }

        byte[] fromTarget() {
            var bytes = new byte[down];
            new Random(seed + 1).nextBytes(bytes);
            return bytes;
        }
    }

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<Long, CompletableFuture<Void>> targetsDone = new ConcurrentHashMap<>();
    private final AtomicInteger silent = new AtomicInteger();

    @Test
    @Timeout(240)
    void everyConversationArrivesAsItWasHeld() throws Exception {
        var protocols = List.of(Protocol.TCP, Protocol.TCP_PROXY, Protocol.TLS_PASSTHROUGH);
        try (var fixture = EngineFixture.active(EngineOptions.defaults(5_000));
                var tcp = TargetServer.running(socket -> converse(Protocol.TCP, socket));
                var proxy = TargetServer.running(socket -> converse(Protocol.TCP_PROXY, socket));
                var tls =
                        TargetServer.running(socket -> converse(Protocol.TLS_PASSTHROUGH, socket));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ports = new ArrayList<Integer>();
            var config = Configs.revision(1).maxConnections(4 * AT_ONCE);
            for (var protocol : protocols) {
                ports.add(EngineFixture.freePort());
                config.listener(listener(protocol, ports.getLast()));
            }
            fixture.serve(
                    config.unchecked("TCP", tcp.config())
                            .unchecked("TCP_PROXY", proxy.config())
                            .unchecked("TLS_PASSTHROUGH", tls.config()));

            var next = new AtomicInteger();
            var clients = new ArrayList<Future<?>>();
            for (int i = 0; i < AT_ONCE; i++) {
                clients.add(
                        threads.submit(() -> {
                            for (int n; (n = next.getAndIncrement()) < CONNECTIONS; ) {
                                int which = n % protocols.size();
                                hold(Script.of(SEED + n), protocols.get(which), ports.get(which));
                            }
                        }));
            }
            for (var client : clients) {
                client.get();
            }

            assertThat(wrong.stream().limit(10)).isEmpty();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> fixture.engine.activeConnections() == 0);
            assertThat(silent).hasValue(silentScripts());
            assertThat(endings(fixture)).isEqualTo(fixture.engine.meters().opened());
        }
        assertThat(wrong.stream().limit(10)).isEmpty();
    }

    private static int silentScripts() {
        return (int)
                LongStream.range(SEED, SEED + CONNECTIONS)
                        .filter(seed -> Script.of(seed).ending == Ending.NOTHING_SAID)
                        .count();
    }

    private static ListenerConfig listener(Protocol protocol, int port) {
        return new ListenerConfig(
                protocol.name(),
                protocol,
                port,
                protocol.name(),
                60_000,
                protocol == Protocol.TLS_PASSTHROUGH ? List.of("a.example") : List.of());
    }

    private static long endings(EngineFixture fixture) {
        long all = 0;
        for (var by : ClosedBy.values()) {
            for (var cause : List.of(CloseCause.FIN, CloseCause.RESET)) {
                all += fixture.engine.meters().closed(by, cause);
            }
        }
        return all;
    }

    // --- the client's side ---

    private void hold(Script script, Protocol protocol, int port) {
        var done = new CompletableFuture<Void>();
        targetsDone.put(script.seed, done);
        try (var socket = new Socket()) {
            if (script.isTiny) {
                socket.setReceiveBufferSize(2_048);
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral(EngineFixture.VIP), port),
                    PATIENCE_MILLIS);
            speakAsClient(script, protocol, socket);
            if (script.ending != Ending.CLIENT_RESETS && script.ending != Ending.NOTHING_SAID) {
                done.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (Exception | AssertionError e) {
            wrong.add("client, " + protocol + ", " + script + ": " + e);
        } finally {
            targetsDone.remove(script.seed);
        }
    }

    private void speakAsClient(Script script, Protocol protocol, Socket socket) throws Exception {
        var opening = protocol == Protocol.TLS_PASSTHROUGH ? Hellos.naming("a.example") : NOTHING;
        var said = Hellos.concat(opening, script.fromClient());
        switch (script.ending) {
            case CLIENT_ENDS_FIRST -> {
                var writer = write(script, socket, said, true);
                expect(script, socket, script.fromTarget());
                writer.join();
            }
            case BOTH_AT_ONCE -> {
                var writer = write(script, socket, said, true);
                expect(script, socket, script.fromTarget());
                writer.join();
            }
            case TARGET_ENDS_FIRST -> {
                int first = opening.length + Long.BYTES;
                socket.getOutputStream().write(said, 0, first);
                expect(script, socket, script.fromTarget());
                write(script, socket, Arrays.copyOfRange(said, first, said.length), true).join();
            }
            case NOTHING_SAID -> {
                socket.getOutputStream().write(opening);
                socket.shutdownOutput();
                expect(script, socket, NOTHING);
            }
            case CLIENT_RESETS -> {
                int part = new Random(script.seed).nextInt(said.length + 1);
                write(script, socket, Arrays.copyOf(said, part), false).join();
                hesitate(script);
                socket.setSoLinger(true, 0);
            }
            case TARGET_RESETS -> {
                var writer = write(script, socket, said, false);
                expectReset(script, socket, script.fromTarget(), writer);
                writer.join();
            }
        }
    }

    // --- the target's side ---

    private void converse(Protocol protocol, Socket socket) {
        Script script = null;
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            script = opening(protocol, socket);
            if (script == null) {
                silent.incrementAndGet();
                return;
            }
            speakAsTarget(script, socket);
            done(script);
        } catch (SocketException reset) {
            // Of a client that resets all is well, as long as it is not taken for an end.
            if (script != null && script.ending != Ending.CLIENT_RESETS) {
                wrong.add("target, " + protocol + ", " + script + ": " + reset);
            }
        } catch (Exception | AssertionError e) {
            wrong.add("target, " + protocol + ", " + script + ": " + e);
        }
    }

    private void done(Script script) {
        var waiting = targetsDone.get(script.seed);
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** Null for a client that said nothing and ended. */
    private static Script opening(Protocol protocol, Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        if (protocol == Protocol.TCP_PROXY) {
            var header = ProxyProtocol.read(in);
            assertThat(header.vip().getAddress().getHostAddress()).isEqualTo(EngineFixture.VIP);
        }
        if (protocol == Protocol.TLS_PASSTHROUGH) {
            var hello = Hellos.naming("a.example");
            assertThat(in.readNBytes(hello.length)).isEqualTo(hello);
        }
        var seed = in.readNBytes(Long.BYTES);
        if (seed.length == 0) {
            return null;
        }
        assertThat(seed).hasSize(Long.BYTES);
        return Script.of(ByteBuffer.wrap(seed).getLong());
    }

    private void speakAsTarget(Script script, Socket socket) throws Exception {
        var rest = Arrays.copyOfRange(script.fromClient(), Long.BYTES, script.up);
        switch (script.ending) {
            case CLIENT_ENDS_FIRST -> {
                expect(script, socket, rest);
                write(script, socket, script.fromTarget(), true).join();
            }
            case TARGET_ENDS_FIRST -> {
                write(script, socket, script.fromTarget(), true).join();
                expect(script, socket, rest);
            }
            case BOTH_AT_ONCE -> {
                var writer = write(script, socket, script.fromTarget(), true);
                expect(script, socket, rest);
                writer.join();
            }
            case CLIENT_RESETS ->
                    expectReset(script, socket, rest, CompletableFuture.completedFuture(true));
            case TARGET_RESETS -> {
                write(script, socket, script.fromTarget(), false).join();
                hesitate(script);
                socket.setSoLinger(true, 0);
            }
            case NOTHING_SAID -> throw new AssertionError("Said something");
        }
    }

    // --- what both do ---

    private static final byte[] NOTHING = new byte[0];

    /**
     * In pieces, so that reading goes on meanwhile.
     *
     * @return whether nothing went wrong
     */
    private CompletableFuture<Boolean> write(
            Script script, Socket socket, byte[] bytes, boolean isAll) {
        var written = new CompletableFuture<Boolean>();
        Thread.ofVirtual()
                .start(() -> {
                    var random = new Random(script.seed ^ bytes.length);
                    try {
                        for (int at = 0; at < bytes.length; ) {
                            int n = Math.min(bytes.length - at, 1 + random.nextInt(30_000));
                            socket.getOutputStream().write(bytes, at, n);
                            at += n;
                            hesitate(script);
                        }
                        if (isAll) {
                            socket.shutdownOutput();
                        }
                        written.complete(true);
                    } catch (IOException e) {
                        if (isAll) {
                            wrong.add("writer, " + script + ": " + e);
                        }
                        written.complete(false);
                    }
                });
        return written;
    }

    private static void hesitate(Script script) {
        if (script.isHesitant) {
            LockSupport.parkNanos(script.seed % 3_000_000); // a slow peer, not a wait of the test
        }
    }

    private static void expect(Script script, Socket socket, byte[] expected) throws IOException {
        int read = readPrefix(script, socket.getInputStream(), expected);
        if (read != expected.length) {
            throw new AssertionError("Ended after " + read + " of " + expected.length);
        }
    }

    /**
     * A part, and then a reset: an end would say that this was all. The kernel tells of a reset
     * once, and if a writer was told, the reader sees an end.
     */
    private static void expectReset(
            Script script, Socket socket, byte[] expected, CompletableFuture<Boolean> written)
            throws Exception {
        try {
            int read = readPrefix(script, socket.getInputStream(), expected);
            if (written.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("Ended after " + read + " of " + expected.length);
            }
        } catch (SocketException reset) {
            // as it should be
        }
    }

    private static int readPrefix(Script script, InputStream in, byte[] expected)
            throws IOException {
        var piece = new byte[script.isTiny ? 500 : 20_000];
        int at = 0;
        for (int n; (n = in.read(piece)) >= 0; at += n) {
            if (at + n > expected.length
                    || Arrays.mismatch(piece, 0, n, expected, at, at + n) >= 0) {
                throw new AssertionError("Wrong bytes from " + at + ", " + n + " of them");
            }
            hesitate(script);
        }
        return at;
    }
}
