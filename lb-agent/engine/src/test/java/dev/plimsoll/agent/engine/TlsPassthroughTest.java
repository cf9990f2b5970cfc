package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class TlsPassthroughTest {

    @ParameterizedTest
    @CsvSource({
        "a.example, exact",
        "A.EXAMPLE, exact",
        "b.example, wildcard",
        "deep.b.example, wildcard",
        "x.special.example, longer",
        "special.example, wildcard",
        "example, default",
        "other.test, default",
        ", default"
    })
    void serverNameChoosesTheListener(String name, String pool) throws Exception {
        try (var exact = naming();
                var wildcard = naming();
                var longer = naming();
                var otherwise = naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "wildcard", "*.example"))
                            .listener(tls(port, "default"))
                            .listener(tls(port, "exact", "a.example"))
                            .listener(tls(port, "longer", "*.special.example"))
                            .unchecked("exact", exact.config())
                            .unchecked("wildcard", wildcard.config())
                            .unchecked("longer", longer.config())
                            .unchecked("default", otherwise.config()));
            var expected =
                    switch (pool) {
                        case "exact" -> exact;
                        case "wildcard" -> wildcard;
                        case "longer" -> longer;
                        default -> otherwise;
                    };

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream()
                        .write(name == null ? Hellos.nameless() : Hellos.naming(name));
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes())
                        .asString()
                        .isEqualTo(expected.port() + "\n");
            }
        }
    }

    /** Names itself when all has been said. */
    private static TargetServer naming() throws IOException {
        return TargetServer.running(socket -> {
            socket.getInputStream().readAllBytes();
            socket.getOutputStream()
                    .write((socket.getLocalPort() + "\n").getBytes(StandardCharsets.US_ASCII));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 1_000, 100_000})
    void whatWasLookedAtIsForwardedUntouchedHoweverItCame(int pieceBytes) throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "a", "a.example"))
                            .unchecked("a", target.config()));
            var random = new Random(pieceBytes);
            var early = new byte[pieceBytes == 100_000 ? 500_000 : 100];
            random.nextBytes(early);
            var sent =
                    Hellos.concat(
                            Hellos.inRecords(Hellos.greased("a.example", 9), random, 300), early);

            try (var client = EngineFixture.connect(port)) {
                client.setTcpNoDelay(true);
                var writer = Thread.ofVirtual().start(() -> sendInPieces(client, sent, pieceBytes));

                assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
                writer.join();
            }
            assertThat(fixture.engine.meters().bytes(Direction.TO_TARGET)).isEqualTo(sent.length);
        }
    }

    private static void sendInPieces(Socket socket, byte[] bytes, int pieceBytes) {
        try {
            for (int at = 0; at < bytes.length; at += pieceBytes) {
                socket.getOutputStream().write(bytes, at, Math.min(pieceBytes, bytes.length - at));
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void helloThatCannotBeServedIsClosedAndCounted() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "a", "a.example"))
                            .unchecked("a", target.config()));

            assertRefused(fixture, port, Hellos.naming("b.example"), Rejection.UNKNOWN_SERVER_NAME);
            assertRefused(fixture, port, Hellos.nameless(), Rejection.UNKNOWN_SERVER_NAME);
            assertRefused(fixture, port, "GET / HTTP/1.1".getBytes(), Rejection.NOT_TLS);
            assertRefused(fixture, port, Hellos.naming("a b"), Rejection.HELLO_MALFORMED);
            assertRefused(
                    fixture,
                    port,
                    Hellos.record(new byte[] {1, 9, 9, 9}),
                    Rejection.HELLO_TOO_LARGE);
            assertThat(fixture.engine.meters().opened()).isZero();
        }
    }

    private static void assertRefused(
            EngineFixture fixture, int port, byte[] hello, Rejection reason) throws IOException {
        long before = fixture.engine.meters().rejected(reason);
        try (var client = EngineFixture.connect(port)) {
            client.getOutputStream().write(hello);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(fixture.engine.meters().rejected(reason)).isEqualTo(before + 1);
        await().until(() -> fixture.engine.activeConnections() == 0);
    }

    @Test
    void slowClientIsGivenUpThoughItKeepsTalking() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "a", "a.example"))
                            .unchecked("a", target.config()));

            try (var silent = EngineFixture.connect(port);
                    var slow = EngineFixture.connect(port)) {
                var hello = Hellos.naming("a.example");
                Thread.ofVirtual().start(() -> drip(slow, hello));

                assertThat(silent.getInputStream().read()).isEqualTo(-1);
                await().until(() -> fixture.engine.meters().rejected(Rejection.HELLO_TIMEOUT) == 2);
            }
        }
    }

    private static void drip(Socket socket, byte[] bytes) {
        try {
            for (byte b : bytes) {
                socket.getOutputStream().write(b);
                TimeUnit.MILLISECONDS.sleep(50); // the client's pace, not a wait of the test
            }
        } catch (IOException | InterruptedException closed) {
            // as it should be
        }
    }

    @Test
    void clientsThatHaveNotSaidTheirNameAreLimited() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "a", "a.example"))
                            .unchecked("a", target.config()));
            var waiting = new ArrayList<Socket>();
            for (int i = 0; i < EngineFixture.MAX_HELLOS; i++) {
                waiting.add(EngineFixture.connect(port));
            }
            await().until(() -> fixture.engine.activeConnections() == EngineFixture.MAX_HELLOS);

            assertRefusedForNow(fixture, port);

            for (var client : waiting) {
                client.close();
            }
            await().until(() -> fixture.engine.activeConnections() == 0);
            assertThat(fixture.engine.meters().rejected(Rejection.CLIENT_GONE))
                    .isEqualTo(EngineFixture.MAX_HELLOS);
        }
    }

    private static void assertRefusedForNow(EngineFixture fixture, int port) throws IOException {
        try (var client = EngineFixture.connect(port)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(fixture.engine.meters().rejected(Rejection.TOO_MANY_HELLOS)).isOne();
    }

    @Test
    void stoppingEndsWhoHasNotSaidAName() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "a", "a.example"))
                            .unchecked("a", target.config()));
            try (var client = EngineFixture.connect(port)) {
                await().until(() -> fixture.engine.greetings() == 1);

                fixture.engine.close();

                assertThat(client.getInputStream().read()).isEqualTo(-1);
                assertThat(fixture.engine.meters().rejected(Rejection.STOPPING)).isOne();
            }
        }
    }

    @Test
    void listenersOfOnePortHaveTheirOwnIdleTimeouts() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "a", "patient.example"))
                            .listener(
                                    new ListenerConfig(
                                            "hasty",
                                            Protocol.TLS_PASSTHROUGH,
                                            port,
                                            "a",
                                            150,
                                            List.of("hasty.example")))
                            .unchecked("a", target.config()));

            try (var patient = EngineFixture.connect(port);
                    var hasty = EngineFixture.connect(port)) {
                var hello = Hellos.naming("hasty.example");
                patient.getOutputStream().write(Hellos.naming("patient.example"));
                hasty.getOutputStream().write(hello);

                assertThat(hasty.getInputStream().readAllBytes()).isEqualTo(hello);
                await().until(() ->
                        fixture.engine.meters().closed(ClosedBy.AGENT, CloseCause.IDLE) == 1);
                assertThat(fixture.engine.activeConnections()).isOne();
            }
        }
    }

    @Test
    void clientThatLeavesWhileItsTargetIsReachedIsCountedAndForgotten() throws Exception {
        try (var full = new FullBacklog();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "a", "a.example"))
                            .unchecked("a", full.config()));

            var client = EngineFixture.connect(port);
            client.getOutputStream().write(Hellos.naming("a.example"));
            await().until(() -> fixture.engine.activeConnections() == 1);
            await().until(() -> fixture.engine.greetings() == 0);
            client.setSoLinger(true, 0);
            client.close();

            await().until(() -> fixture.engine.activeConnections() == 0);
            assertThat(fixture.engine.meters().rejected(Rejection.CLIENT_GONE)).isOne();
        }
    }

    @Test
    void namesMoveBetweenListenersWithoutLoss() throws Exception {
        try (var one = naming();
                var two = naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "one", "a.example"))
                            .unchecked("one", one.config())
                            .unchecked("two", two.config()));
            try (var established = EngineFixture.connect(port)) {
                established.getOutputStream().write(Hellos.naming("a.example"));
                await().until(() -> fixture.engine.meters().opened() == 1);

                fixture.serve(
                        Configs.revision(2)
                                .listener(tls(port, "one"))
                                .listener(tls(port, "two", "a.example"))
                                .unchecked("one", one.config())
                                .unchecked("two", two.config()));

                assertThat(ask(port, "a.example")).isEqualTo(two.port());
                assertThat(ask(port, "b.example")).isEqualTo(one.port());
                established.shutdownOutput();
                assertThat(established.getInputStream().readAllBytes())
                        .asString()
                        .isEqualTo(one.port() + "\n");
            }
        }
    }

    private static int ask(int port, String name) throws IOException {
        try (var client = EngineFixture.connect(port)) {
            client.getOutputStream().write(Hellos.naming(name));
            client.shutdownOutput();
            return Integer.parseInt(
                    new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                            .strip());
        }
    }

    @Test
    void opensslAndCurlReachTheServerOfTheirName(@TempDir Path folder) throws Exception {
        int port = EngineFixture.freePort();
        try (var one = httpsServer(folder, "one.example");
                var two = httpsServer(folder, "two.example");
                var fixture = EngineFixture.active()) {
            fixture.serve(
                    Configs.revision(1)
                            .listener(tls(port, "one", "one.example"))
                            .listener(tls(port, "two", "*.example"))
                            .unchecked("one", one.config())
                            .unchecked("two", two.config()));

            for (var name : List.of("one.example", "two.example")) {
                for (var version : List.of("-tls1_2", "-tls1_3")) {
                    assertThat(
                                    run(
                                            folder,
                                            "openssl",
                                            "s_client",
                                            "-connect",
                                            EngineFixture.VIP + ":" + port,
                                            "-servername",
                                            name,
                                            "-CAfile",
                                            name + ".crt",
                                            "-verify_return_error",
                                            "-brief",
                                            version))
                            .contains("Verification: OK")
                            .contains("CN = " + name);
                }
                assertThat(
                                run(
                                        folder,
                                        "curl",
                                        "--silent",
                                        "--show-error",
                                        "--noproxy",
                                        "*",
                                        "--cacert",
                                        name + ".crt",
                                        "--resolve",
                                        name + ":" + port + ":" + EngineFixture.VIP,
                                        "--write-out",
                                        "%{http_code}",
                                        "https://" + name + ":" + port + "/"))
                        .endsWith("200");
            }
        }
    }

    private static Peer httpsServer(Path folder, String name) throws Exception {
        var openssl = Peer.program("openssl").toString();
        run(
                folder,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-keyout",
                name + ".key",
                "-out",
                name + ".crt",
                "-subj",
                "/CN=" + name,
                "-addext",
                "subjectAltName=DNS:" + name);
        int port = Peer.freePort("127.0.0.1");
        return Peer.start(
                folder,
                port,
                List.of(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-cert",
                        name + ".crt",
                        "-key",
                        name + ".key",
                        "-www"));
    }

    private static String run(Path folder, String program, String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Peer.program(program).toString());
        command.addAll(List.of(arguments));
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static ListenerConfig tls(int port, String pool, String... serverNames) {
        return new ListenerConfig(
                "tls-" + port + "-" + pool,
                Protocol.TLS_PASSTHROUGH,
                port,
                pool,
                60_000,
                List.of(serverNames));
    }
}
