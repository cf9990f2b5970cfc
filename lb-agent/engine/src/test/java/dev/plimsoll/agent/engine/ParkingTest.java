package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ParkingTest {

    @Test
    void connectionThatComesBeforeTheFirstVerdictIsServedAfterIt() throws Exception {
        try (var target = TargetServer.naming();
                var probed = new FullBacklog();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.apply(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", patient(probed.port()), target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('?');
                await().until(() -> fixture.engine.parked() == 1);
                probed.drain();

                assertThat(client.getInputStream().readAllBytes())
                        .asString()
                        .isEqualTo(target.port() + "\n");
            }
            assertThat(fixture.engine.parked()).isZero();
        }
    }

    @Test
    void proxyHeaderGoesInOneSegmentWithWhatTheClientHasSaid() throws Exception {
        var first = new CompletableFuture<Integer>();
        try (var target =
                        TargetServer.running(socket ->
                                first.complete(socket.getInputStream().read(new byte[1_000])));
                var probed = new FullBacklog();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.apply(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .pool("a", patient(probed.port()), target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> fixture.engine.parked() == 1);
                probed.drain();

                assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(28 + 5);
            }
        }
    }

    @Test
    void connectionIsClosedWhenTheFirstVerdictIsBad() throws Exception {
        try (var target = TargetServer.naming();
                var probed = new FullBacklog();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.apply(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool(
                                    "a",
                                    new HealthCheckConfig(
                                            60_000, 0, 300, 1, 1, probed.port(), null),
                                    target.config()));

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(fixture.engine.meters().rejected(Rejection.NO_HEALTHY_TARGET)).isOne();
            assertThat(fixture.engine.parked()).isZero();
        }
    }

    @Test
    void tlsConnectionsWaitTooAndLoseNothing() throws Exception {
        try (var target = TargetServer.echo();
                var probed = new FullBacklog();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.apply(
                    Configs.revision(1)
                            .listener(
                                    new ListenerConfig(
                                            "tls",
                                            Protocol.TLS_PASSTHROUGH,
                                            port,
                                            "a",
                                            60_000,
                                            List.of("a.example")))
                            .pool("a", patient(probed.port()), target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write(Hellos.naming("a.example"));
                client.shutdownOutput();
                await().until(() -> fixture.engine.parked() == 1);
                probed.drain();

                assertThat(client.getInputStream().readAllBytes())
                        .isEqualTo(Hellos.naming("a.example"));
            }
        }
    }

    @Test
    void tooManyThatWaitAreRefusedAndCounted() throws Exception {
        try (var target = TargetServer.naming();
                var probed = new FullBacklog();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.apply(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", patient(probed.port()), target.config()));
            var waiting = new ArrayList<Socket>();
            for (int i = 0; i < EngineFixture.MAX_PARKED; i++) {
                waiting.add(EngineFixture.connect(port));
            }
            await().until(() -> fixture.engine.parked() == EngineFixture.MAX_PARKED);

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(fixture.engine.meters().rejected(Rejection.TOO_MANY_PARKED)).isOne();

            for (var client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void anotherConfigurationServesOrClosesWhoWaits() throws Exception {
        try (var slow = TargetServer.naming();
                var target = TargetServer.naming();
                var probed = new FullBacklog();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            int gone = EngineFixture.freePort();
            fixture.apply(
                    Configs.revision(1)
                            .listener(port, "a")
                            .listener(gone, "b")
                            .pool("a", patient(probed.port()), slow.config())
                            .pool("b", patient(probed.port()), slow.config()));

            try (var served = EngineFixture.connect(port);
                    var closed = EngineFixture.connect(gone)) {
                served.getOutputStream().write('?');
                await().until(() -> fixture.engine.parked() == 2);

                fixture.apply(
                        Configs.revision(2).listener(port, "a").unchecked("a", target.config()));

                assertThat(served.getInputStream().readAllBytes())
                        .asString()
                        .isEqualTo(target.port() + "\n");
                assertThat(closed.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(fixture.engine.meters().rejected(Rejection.LISTENER_REMOVED)).isOne();
        }
    }

    @Test
    void replacingEveryTargetAtOnceCostsNotOneConnection() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var fixture = EngineFixture.active();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", one.config()));
            var done = new AtomicBoolean();

            var traffic =
                    clients.submit(() -> {
                        int connections = 0;
                        while (!done.get()) {
                            assertThat(EngineFixture.ask(port)).isIn(one.port(), two.port());
                            connections++;
                        }
                        return connections;
                    });
            for (int revision = 2; revision <= 60; revision++) {
                var target = revision % 2 == 0 ? two : one;
                fixture.serve(
                        Configs.revision(revision).listener(port, "a").pool("a", target.config()));
            }
            done.set(true);

            assertThat(traffic.get()).isPositive();
        }
    }

    /** Probes the port once, and waits for its answer. */
    private static HealthCheckConfig patient(int port) {
        return new HealthCheckConfig(60_000, 0, 8_000, 1, 1, port, null);
    }
}
