package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An engine on real sockets, with what it reported. */
final class EngineFixture implements EngineEvents, AutoCloseable {
    static final String VIP = "127.0.3.1";
    static final int MAX_HELLOS = 20;
    static final int MAX_PARKED = 20;

    static {
        LeakWatch.start();
    }

    final Queue<TargetHealth> changes = new ConcurrentLinkedQueue<>();
    final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    final Engine engine;

    private EngineFixture(EngineOptions options) {
        engine = Engine.start(options, this);
    }

    /** Short timeouts and low limits, so that tests reach them. */
    private static final EngineOptions HASTY =
            new EngineOptions(
                    2,
                    5_000,
                    Duration.ofMillis(500),
                    Duration.ofMillis(20),
                    Duration.ofMillis(600),
                    MAX_HELLOS,
                    MAX_PARKED,
                    EngineOptions.Flows.DEFAULTS);

    static EngineFixture active() {
        return active(HASTY);
    }

    static EngineFixture active(EngineOptions options) {
        var fixture = new EngineFixture(options);
        assertThat(fixture.engine.listen(Duration.ZERO)).isNull();
        return fixture;
    }

    static EngineFixture standby() {
        return new EngineFixture(HASTY);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral(VIP))) {
            return socket.getLocalPort();
        }
    }

    ApplyOutcome apply(Configs config) {
        var document = config.build();
        return engine.apply(document, "hash-" + document.hashCode());
    }

    /** Applied, and every target has had its verdict. */
    EngineFixture serve(Configs config) {
        assertThat(apply(config)).isInstanceOf(ApplyOutcome.Applied.class);
        await().until(() -> states().stream().noneMatch(State.INITIAL::equals));
        return this;
    }

    List<State> states() {
        return engine.targetHealth().stream().map(TargetHealth::state).toList();
    }

    static Socket connect(int port) throws IOException {
        return connect(VIP, port);
    }

    static Socket connect(String vip, int port) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(vip), port), 2_000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Asks a {@link TargetServer#naming} target for its name. */
    static int ask(int port) throws IOException {
        try (var socket = connect(port)) {
            socket.getOutputStream().write('?');
            var answer =
                    new String(
                            socket.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.US_ASCII);
            if (answer.isEmpty()) {
                throw new IOException("Closed without an answer");
            }
            return Integer.parseInt(answer.strip());
        }
    }

    @Override
    public void targetChanged(TargetHealth health) {
        changes.add(health);
    }

    @Override
    public void fault(String sentence, Throwable cause) {
        faults.add(cause);
    }

    /** Every slot must have come back, whatever the test did. */
    @Override
    public void close() {
        engine.close();
        assertThat(faults).isEmpty();
        assertThat(engine.activeConnections()).isZero();
        LeakWatch.assertNone();
    }
}
