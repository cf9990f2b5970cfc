package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A payload to an echoing target and back through a whole engine on loopback sockets. With {@code
 * -prof gc}: what client and target do allocates nothing, so that any B/op is the relay's.
 */
@State(Scope.Benchmark)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.leakDetection.level=disabled"
        })
@Warmup(iterations = 2, time = 12)
@Measurement(iterations = 2, time = 15)
@SuppressWarnings("NullAway.Init") // start() comes before all else
public class RelayBenchmark {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @Param({"64", "16384"})
    private int bytes;

    private Engine engine;
    private ServerSocketChannel target;
    private SocketChannel client;
    private ByteBuffer out;
    private ByteBuffer in;

    /** Nobody listens to an engine that is measured. */
    private static final class Silent implements EngineEvents {
        @Override
        public void targetChanged(TargetHealth health) {}

        @Override
        public void fault(String sentence, Throwable cause) {
            throw new IllegalStateException(sentence, cause);
        }
    }

    @Setup(Level.Trial)
    public void start() throws IOException {
        target = ServerSocketChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
        Thread.ofPlatform().daemon().start(this::echo);
        int port = freePort();
        engine = Engine.start(EngineOptions.defaults(1_000), new Silent());
        engine.listen(Duration.ZERO);
        if (!(engine.apply(config(port), "benchmark") instanceof ApplyOutcome.Applied)) {
            throw new IllegalStateException("The engine refused its configuration");
        }
        client = SocketChannel.open(new InetSocketAddress(LOOPBACK, port));
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        out = ByteBuffer.allocateDirect(bytes);
        in = ByteBuffer.allocateDirect(bytes);
    }

    private AgentConfig config(int port) throws IOException {
        var to = (InetSocketAddress) target.getLocalAddress();
        return new AgentConfig(
                new UUID(0, 1),
                1,
                1,
                List.of(LOOPBACK.getHostAddress()),
                100,
                List.of(),
                List.of(
                        new ListenerConfig(
                                "tcp",
                                ListenerConfig.Protocol.TCP,
                                port,
                                "pool",
                                300_000,
                                List.of())),
                List.of(
                        new TargetPoolConfig(
                                "pool",
                                TargetPoolConfig.Balancing.ROUND_ROBIN,
                                null,
                                List.of(
                                        new TargetConfig(
                                                LOOPBACK.getHostAddress(), to.getPort())))));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private void echo() {
        try (var socket = target.accept()) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var buffer = ByteBuffer.allocateDirect(64 * 1024);
            while (socket.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    socket.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException ended) {
            // the trial is over
        }
    }

    @Benchmark
    public void roundTrip() throws IOException {
        out.clear();
        in.clear();
        while (out.hasRemaining()) {
            client.write(out);
        }
        while (in.hasRemaining()) {
            if (client.read(in) < 0) {
                throw new IOException("The engine ended the connection");
            }
        }
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        client.close();
        engine.close();
        target.close();
    }
}
