package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;
import dev.plimsoll.agent.engine.FlowRecord.Outcome;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FlowRecordTest {

    /** Of all that has ended. */
    private static FlowRecord only(EngineFixture fixture) {
        await().until(() -> fixture.engine.flows().recorded() >= 1);
        var records = fixture.engine.flows().after(0, 100).records();
        assertThat(records).hasSize(1);
        return records.getFirst();
    }

    private static InetSocketAddress address(TargetConfig target) {
        return new InetSocketAddress(InetAddress.ofLiteral(target.ip()), target.port());
    }

    private static InetSocketAddress address(Socket client) {
        return (InetSocketAddress) client.getLocalSocketAddress();
    }

    @Test
    void connectionIsToldExactly() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            var heard = socket.getInputStream().readAllBytes();
                            socket.getOutputStream().write(new byte[3 * heard.length]);
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(7).listener(port, "a").unchecked("a", target.config()));
            long before = System.currentTimeMillis();

            InetSocketAddress from;
            try (var client = EngineFixture.connect(port)) {
                from = address(client);
                client.getOutputStream().write(new byte[200_001]);
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).hasSize(600_003);
            }

            var record = only(fixture);
            assertThat(record.outcome()).isEqualTo(Outcome.CLOSED);
            assertThat(record.listener()).isEqualTo("tcp-" + port);
            assertThat(record.port()).isEqualTo(port);
            assertThat(record.protocol()).isEqualTo(Protocol.TCP);
            assertThat(record.client()).isEqualTo(from);
            assertThat(record.targetPool()).isEqualTo("a");
            assertThat(record.target()).isEqualTo(address(target.config()));
            assertThat(record.bytesToTarget()).isEqualTo(200_001);
            assertThat(record.bytesToClient()).isEqualTo(600_003);
            assertThat(record.closedBy()).isEqualTo(ClosedBy.CLIENT);
            assertThat(record.end()).isEqualTo(CloseCause.FIN);
            assertThat(record.tries()).isOne();
            assertThat(record.generation()).isEqualTo(7);
            assertThat(record.sampledOneIn()).isOne();
            assertThat(record.connectMicros()).isPositive();
            assertThat(
                            List.of(
                                    before - 1,
                                    record.acceptedEpochMillis(),
                                    record.connectedEpochMillis(),
                                    record.endedEpochMillis(),
                                    System.currentTimeMillis() + 1))
                    .isSorted();
        }
    }

    @Test
    void resetSaysWhoseItWas() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            if (socket.getInputStream().read() >= 0) {
                                socket.setSoLinger(true, 0);
                            }
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").unchecked("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('!');
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class);
            }

            var record = only(fixture);
            assertThat(record.closedBy()).isEqualTo(ClosedBy.TARGET);
            assertThat(record.end()).isEqualTo(CloseCause.RESET);
            assertThat(record.bytesToTarget()).isOne();
        }
    }

    @Test
    void idleConnectionIsEndedByTheAgent() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1).listener(port, "a", 200).unchecked("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }

            var record = only(fixture);
            assertThat(record.closedBy()).isEqualTo(ClosedBy.AGENT);
            assertThat(record.end()).isEqualTo(CloseCause.IDLE);
            assertThat(record.endedEpochMillis() - record.acceptedEpochMillis())
                    .isGreaterThanOrEqualTo(200);
        }
    }

    @Test
    void refusalSaysWhyAndWhichTargetWasTriedLast() throws Exception {
        int nobody = EngineFixture.freePort();
        try (var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .unchecked("a", new TargetConfig(EngineFixture.VIP, nobody)));

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }

            var record = only(fixture);
            assertThat(record.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(record.end()).isEqualTo(Rejection.TARGETS_UNREACHABLE);
            assertThat(record.closedBy()).isEqualTo(ClosedBy.AGENT);
            assertThat(record.target()).extracting(InetSocketAddress::getPort).isEqualTo(nobody);
            assertThat(record.connectedEpochMillis()).isZero();
            assertThat(record.connectMicros()).isZero();
        }
    }

    @Test
    void triesAreCounted() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            int nobody = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .unchecked(
                                    "a",
                                    new TargetConfig(EngineFixture.VIP, nobody),
                                    target.config()));

            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());

            var record = only(fixture);
            assertThat(record.tries()).isEqualTo(2);
            assertThat(record.target()).isEqualTo(address(target.config()));
        }
    }

    @Test
    void strangerIsRefusedAtTheDoor() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .sources("192.0.2.0/24")
                            .listener(port, "a")
                            .unchecked("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }

            var record = only(fixture);
            assertThat(record.end()).isEqualTo(Rejection.SOURCE_RANGE);
            assertThat(record.listener()).isEqualTo("tcp-" + port);
            assertThat(record.target()).isNull();
            assertThat(record.tries()).isZero();
        }
    }

    @Test
    void clientThatSpeaksNoTlsHasNoListener() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(3)
                            .listener(
                                    new ListenerConfig(
                                            "tls",
                                            Protocol.TLS_PASSTHROUGH,
                                            port,
                                            "a",
                                            60_000,
                                            List.of("a.example")))
                            .unchecked("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write("GET / ".getBytes(StandardCharsets.US_ASCII));
                awaitEnd(client);
            }

            var record = only(fixture);
            assertThat(record.end()).isEqualTo(Rejection.NOT_TLS);
            assertThat(record.protocol()).isEqualTo(Protocol.TLS_PASSTHROUGH);
            assertThat(record.listener()).isNull();
            assertThat(record.port()).isEqualTo(port);
            assertThat(record.generation()).isEqualTo(3);
        }
    }

    /** By FIN or by RST. */
    private static void awaitEnd(Socket client) {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (IOException reset) {
            assertThat(reset).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void proxyHeaderIsNotTheClientsPayload() throws Exception {
        try (var target = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .unchecked("a", new TargetConfig("127.0.0.1", target.getLocalPort())));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write(new byte[10]);
                client.shutdownOutput();
                try (var heard = target.accept()) {
                    assertThat(heard.getInputStream().readAllBytes()).hasSize(28 + 10);
                }
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }

            assertThat(only(fixture).bytesToTarget()).isEqualTo(10);
        }
    }

    @Test
    void sessionIsToldOnceItIsIdle() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(
                                    new ListenerConfig(
                                            "dns", Protocol.UDP, port, "a", 300, List.of()))
                            .unchecked("a", target.config()));

            try (var client = new UdpClient(port)) {
                assertThat(client.ask(new byte[100])).hasSize(100);
                assertThat(client.ask(new byte[11])).hasSize(11);
            }

            var record = only(fixture);
            assertThat(record.listener()).isEqualTo("dns");
            assertThat(record.protocol()).isEqualTo(Protocol.UDP);
            assertThat(record.target()).isEqualTo(address(target.config()));
            assertThat(record.bytesToTarget()).isEqualTo(111);
            assertThat(record.bytesToClient()).isEqualTo(111);
            assertThat(record.end()).isEqualTo(SessionEnd.IDLE);
            assertThat(record.closedBy()).isEqualTo(ClosedBy.AGENT);
        }
    }

    @Test
    void floodIsSampledAndSaysSo() throws Exception {
        var options =
                new EngineOptions(
                        1,
                        1_000,
                        Duration.ofMillis(500),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(1),
                        10,
                        10,
                        new EngineOptions.Flows(8, 10));
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.active(options)) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").unchecked("a", target.config()));

            for (int i = 0; i < 300; i++) {
                EngineFixture.ask(port);
            }

            var log = fixture.engine.flows();
            await().until(() -> log.recorded() + log.sampledOut() == 300);
            assertThat(log.sampledOut()).isPositive();
            assertThat(log.kept())
                    .hasSize(8)
                    .anySatisfy(record -> assertThat(record.sampledOneIn()).isGreaterThan(1));
        }
    }
}
