package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a machine whose kernel has forty source ports for connections to one target. */
@Timeout(90)
class SourcePortsTest {
    private static final int PORTS = 40;
    private static final int FULL = 81;
    private static final int OTHER = 82;

    /** Less than the minute for which the kernel keeps a port that was used. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Socket> clients = new ArrayList<>();
    private Wires wires;
    private TargetServer full;
    private TargetServer other;

    @BeforeEach
    void layWires() throws IOException {
        wires = Wires.laid();
        wires.agent.set("ipv4/ip_local_port_range", "40000 " + (40_000 + PORTS - 1));
        full = target(0);
        other = target(1);
    }

    @AfterEach
    void leave() throws IOException {
        for (var client : clients) {
            client.close();
        }
        if (wires != null) {
            full.close();
            other.close();
            wires.close();
        }
    }

    @Test
    void targetWithoutASourcePortLeftIsRefusedUnderItsOwnReasonAndOthersGoOn() throws Exception {
        wires.agent.set("ipv4/tcp_tw_reuse", "0");
        try (var _ = wires.agent.enter();
                var fixture = serving()) {
            var meters = fixture.engine.meters();

            assertThat(exhaust()).isBetween(PORTS / 2, PORTS);

            assertThat(meters.connectFailures(Reason.NO_SOURCE_PORT)).isPositive();
            assertThat(meters.rejected(Rejection.TARGETS_UNREACHABLE)).isPositive();
            for (int i = 0; i < PORTS / 2; i++) {
                assertThat(echoes(OTHER)).isTrue();
            }
            await("a probe that finds no port either, as a client has taken the one it gives back")
                    .atMost(PATIENCE)
                    .until(() -> !echoes(FULL) && meters.probeFailures(Reason.NO_SOURCE_PORT) > 1);
            assertThat(fixture.states()).containsOnly(State.HEALTHY);

            for (var client : clients) {
                client.getOutputStream().write('.');
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                client.close();
            }
            clients.clear();

            await().atMost(PATIENCE).until(() -> fixture.engine.activeConnections() == 0);
            await().atMost(PATIENCE).until(() -> echoes(FULL));
            assertThat(fixture.states()).containsOnly(State.HEALTHY);
        }
    }

    /** What the supervisor of a machine in namespaces sets. */
    @Test
    void portsOfClientsThatLeftFirstComeBackWithinSecondsWhereTheKernelMayReuseThem()
            throws Exception {
        wires.agent.set("ipv4/tcp_tw_reuse", "1");
        try (var _ = wires.agent.enter();
                var fixture = serving()) {
            exhaust();
            for (var client : clients) {
                client.close();
            }

            await().atMost(PATIENCE).until(() -> fixture.engine.activeConnections() == 0);
            await().atMost(PATIENCE).until(() -> echoes(FULL));
        }
    }

    private EngineFixture serving() {
        return EngineFixture.active()
                .serve(
                        Configs.revision(1)
                                .vips(Wires.VIP)
                                .listener(FULL, "full")
                                .listener(OTHER, "other")
                                .pool("full", Configs.check(1_000, 1, 1), full.config())
                                .pool("other", Configs.check(1_000, 1, 1), other.config()));
    }

    /** How many connections to one target there is room for. */
    private int exhaust() throws IOException {
        int served = 0;
        while (echoes(FULL)) {
            served++;
        }
        return served;
    }

    private TargetServer target(int number) throws IOException {
        try (var _ = wires.target.enter()) {
            return TargetServer.at(Wires.TARGETS.get(number), SourcePortsTest::echoUntilFullStop);
        }
    }

    /** Whoever ends a connection first keeps its port busy for a minute: here it is the target. */
    private static void echoUntilFullStop(Socket socket) throws IOException {
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '.';
                c = socket.getInputStream().read()) {
            socket.getOutputStream().write(c);
        }
    }

    private boolean echoes(int port) throws IOException {
        var client = new Socket();
        try (var _ = wires.client.enter()) {
            client.connect(new InetSocketAddress(InetAddress.ofLiteral(Wires.VIP), port), 5_000);
        }
        client.setSoTimeout(10_000);
        if (speaks(client)) {
            clients.add(client);
            return true;
        }
        client.close();
        return false;
    }

    private static boolean speaks(Socket client) throws IOException {
        try {
            client.getOutputStream().write('!');
            return client.getInputStream().read() == '!';
        } catch (java.net.SocketException refused) {
            return false;
        }
    }
}
