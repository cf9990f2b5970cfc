package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ProxyForwardingTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.3.1", "::1"})
    void targetLearnsTheClientsAddressBeforeItsFirstByte(String vip) throws Exception {
        var header = new CompletableFuture<ProxyProtocol>();
        try (var target =
                        TargetServer.running(socket -> {
                            header.complete(ProxyProtocol.read(socket.getInputStream()));
                            TargetServer.ECHO.hold(socket);
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .vips(vip)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .unchecked("a", target.config()));

            try (var client = EngineFixture.connect(vip, port)) {
                client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hello");
                assertThat(header.get(5, TimeUnit.SECONDS))
                        .isEqualTo(
                                new ProxyProtocol(
                                        (InetSocketAddress) client.getLocalSocketAddress(),
                                        (InetSocketAddress) client.getRemoteSocketAddress()));
            }
            await().until(() -> fixture.engine.activeConnections() == 0);
            assertThat(fixture.engine.meters().bytes(EngineMeters.Direction.TO_TARGET))
                    .isEqualTo(5);
        }
    }

    @Test
    void headerComesThoughTheClientSaysNothing() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            ProxyProtocol.read(socket.getInputStream());
                            socket.getOutputStream()
                                    .write("220 ready".getBytes(StandardCharsets.US_ASCII));
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .unchecked("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().readAllBytes())
                        .asString()
                        .isEqualTo("220 ready");
            }
        }
    }

    @Test
    void headerComesBeforeTheFinOfAClientThatSaysNothing() throws Exception {
        var rest = new CompletableFuture<Integer>();
        try (var target =
                        TargetServer.running(socket -> {
                            ProxyProtocol.read(socket.getInputStream());
                            rest.complete(socket.getInputStream().read());
                        });
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .unchecked("a", target.config()));

            try (var client = EngineFixture.connect(port)) {
                client.shutdownOutput();

                assertThat(rest.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void headerGoesOnlyToTheTargetThatAccepted() throws Exception {
        var header = new CompletableFuture<ProxyProtocol>();
        try (var alive =
                        TargetServer.running(socket -> {
                            header.complete(ProxyProtocol.read(socket.getInputStream()));
                            TargetServer.ECHO.hold(socket);
                        });
                var fixture = EngineFixture.active()) {
            var dead = TargetServer.echo();
            dead.close();
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .unchecked("a", dead.config(), alive.config()));

            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('!');
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("!");
                assertThat(header.get(5, TimeUnit.SECONDS).client())
                        .isEqualTo(client.getLocalSocketAddress());
            }
        }
    }

    @Test
    void nginxLogsTheClientsAddress(@TempDir Path folder) throws Exception {
        int port = EngineFixture.freePort();
        try (var nginx = nginx(folder);
                var fixture = EngineFixture.active()) {
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .pool("a", nginx.config()));

            var seen = get("127.0.9.7", EngineFixture.VIP, port, new byte[0]);

            assertThat(seen.answer()).isEqualTo(seen.client() + " 127.0.3.1:" + port);
            await().untilAsserted(() ->
                    assertThat(Files.readString(folder.resolve("access.log")))
                            .contains("client=" + seen.client() + " vip=127.0.3.1:" + port));
        }
    }

    @Test
    void haproxyLogsTheClientsAddress(@TempDir Path folder) throws Exception {
        int port = EngineFixture.freePort();
        try (var haproxy = haproxy(folder);
                var fixture = EngineFixture.active()) {
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .pool("a", haproxy.config()));

            var seen = get("127.0.9.7", EngineFixture.VIP, port, new byte[0]);

            assertThat(seen.answer()).isEqualTo(seen.client() + " 127.0.3.1:" + port);
            await().untilAsserted(() ->
                    assertThat(haproxy.output())
                            .contains("client=" + seen.client() + " vip=127.0.3.1:" + port));
        }
    }

    @Test
    void haproxyLogsAnIpv6ClientsAddress(@TempDir Path folder) throws Exception {
        int port = EngineFixture.freePort();
        try (var haproxy = haproxy(folder);
                var fixture = EngineFixture.active()) {
            fixture.serve(
                    Configs.revision(1)
                            .vips("::1")
                            .listener(Protocol.TCP_PROXY, port, "a")
                            .pool("a", haproxy.config()));

            var seen = get("::1", "::1", port, new byte[0]);

            assertThat(seen.answer()).isEqualTo(seen.client() + " ::1:" + port);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "haproxy"})
    void textHeaderIsUnderstoodByOthers(String parser, @TempDir Path folder) throws Exception {
        try (var peer = parser.equals("nginx") ? nginx(folder) : haproxy(folder)) {
            var header = Unpooled.buffer();
            ProxyHeader.writeText(header, at("192.0.2.7", 4711), at("198.51.100.1", 80));

            assertThat(get("127.0.0.1", "127.0.0.1", peer.config().port(), bytes(header)).answer())
                    .isEqualTo("192.0.2.7:4711 198.51.100.1:80");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "haproxy"})
    void localHeaderIsUnderstoodByOthers(String parser, @TempDir Path folder) throws Exception {
        try (var peer = parser.equals("nginx") ? nginx(folder) : haproxy(folder)) {
            var header = Unpooled.buffer();
            ProxyHeader.writeLocal(header);

            assertThat(get("127.0.0.1", "127.0.0.1", peer.config().port(), bytes(header)).status())
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    private static Peer nginx(Path folder) throws IOException {
        var program = Peer.program("nginx");
        int port = Peer.freePort("127.0.0.1");
        Files.writeString(
                folder.resolve("nginx.conf"),
                """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log error.log;
                events {}
                http {
                    log_format seen "client=$proxy_protocol_addr:$proxy_protocol_port vip=$proxy_protocol_server_addr:$proxy_protocol_server_port";
                    access_log access.log seen;
                    client_body_temp_path .;
                    proxy_temp_path .;
                    fastcgi_temp_path .;
                    uwsgi_temp_path .;
                    scgi_temp_path .;
                    server {
                        listen 127.0.0.1:%d proxy_protocol;
                        return 200 "$proxy_protocol_addr:$proxy_protocol_port $proxy_protocol_server_addr:$proxy_protocol_server_port";
                    }
                }
                """
                        .formatted(port));
        return Peer.start(
                folder,
                port,
                List.of(
                        program.toString(),
                        "-p",
                        folder.toString(),
                        "-c",
                        "nginx.conf",
                        "-e",
                        "error.log"));
    }

    private static Peer haproxy(Path folder) throws IOException {
        var program = Peer.program("haproxy");
        int port = Peer.freePort("127.0.0.1");
        Files.writeString(
                folder.resolve("haproxy.cfg"),
                """
                global
                    log stdout format raw local0
                defaults
                    mode http
                    timeout client 10s
                    timeout server 10s
                    timeout connect 10s
                frontend seen
                    bind 127.0.0.1:%d accept-proxy
                    log global
                    log-format "client=%%[src]:%%[src_port] vip=%%[dst]:%%[dst_port]"
                    http-request return status 200 content-type text/plain lf-string "%%[src]:%%[src_port] %%[dst]:%%[dst_port]"
                """
                        .formatted(port));
        return Peer.start(folder, port, List.of(program.toString(), "-f", "haproxy.cfg", "-db"));
    }

    private record Seen(String client, String status, String answer) {}

    private static Seen get(String source, String vip, int port, byte[] header) throws IOException {
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(vip), port));
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(header);
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return new Seen(
                    source + ":" + socket.getLocalPort(),
                    all.lines().findFirst().orElse(""),
                    all.substring(all.lastIndexOf("\r\n\r\n") + 4));
        }
    }

    private static InetSocketAddress at(String ip, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
    }

    private static byte[] bytes(ByteBuf buffer) {
        var bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }
}
