package dev.plimsoll.agent.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.HealthCheckConfig.Http;
import dev.plimsoll.agent.protocol.HealthCheckConfig.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP and HTTPS probes against targets that behave, and such that do not. */
@Timeout(30)
class HttpHealthTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource
    void answerDecides(String name, String answer, State state, Reason reason) throws Exception {
        try (var target = TargetServer.running(answering(answer));
                var fixture = EngineFixture.standby()) {

            fixture.serve(Configs.revision(1).pool("a", http(null), target.config()));

            var health = fixture.engine.targetHealth().getFirst();
            assertThat(health.state()).isEqualTo(state);
            assertThat(health.reason()).isEqualTo(reason);
            assertThat(health.decidedBy().phase()).isEqualTo(Phase.HTTP);
            assertThat(health.decidedBy().reason()).isEqualTo(reason);
        }
    }

    static Stream<Arguments> answerDecides() {
        return Stream.of(
                answer("plain", OK, State.HEALTHY, Reason.OK),
                answer("also ok", OK.replace("200", "204"), State.HEALTHY, Reason.OK),
                answer("HTTP/1.0", "HTTP/1.0 200 OK\n\n", State.HEALTHY, Reason.OK),
                answer(
                        "informational first",
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n" + OK,
                        State.HEALTHY,
                        Reason.OK),
                answer(
                        "chunked",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
                        State.HEALTHY,
                        Reason.OK),
                answer(
                        "long body",
                        "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1_000_000),
                        State.HEALTHY,
                        Reason.OK),
                answer("error", OK.replace("200", "503"), State.UNHEALTHY, Reason.HTTP_STATUS),
                answer(
                        "redirect",
                        "HTTP/1.1 302 Found\r\nLocation: /ok\r\n\r\n",
                        State.UNHEALTHY,
                        Reason.HTTP_STATUS),
                answer(
                        "other protocol",
                        "SSH-2.0-OpenSSH_9\r\n",
                        State.UNHEALTHY,
                        Reason.HTTP_MALFORMED),
                answer(
                        "header bomb",
                        "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(100_000),
                        State.UNHEALTHY,
                        Reason.HTTP_TOO_LARGE),
                answer("nothing", "", State.UNHEALTHY, Reason.CLOSED),
                answer("half a head", "HTTP/1.1 200 OK\r\nA:", State.UNHEALTHY, Reason.CLOSED));
    }

    private static Arguments answer(String name, String answer, State state, Reason reason) {
        return Arguments.of(name, answer, state, reason);
    }

    @Test
    void requestNamesTheTargetAndCannotBeBrokenByItsPath() throws Exception {
        var request = new CompletableFuture<String>();
        try (var target =
                        TargetServer.running(socket -> {
                            request.complete(readHead(socket.getInputStream()));
                            socket.getOutputStream().write(OK.getBytes(ISO_8859_1));
                        });
                var fixture = EngineFixture.standby()) {
            var check = check(500, new Http("/ä b\r\nX: y?z=1", List.of(200), null));

            fixture.serve(Configs.revision(1).pool("a", check, target.config()));

            assertThat(request.get(5, TimeUnit.SECONDS))
                    .isEqualTo(
                            """
                            GET /%%C3%%A4%%20b%%0D%%0AX:%%20y?z=1 HTTP/1.1
                            Host: 127.0.0.1:%d
                            User-Agent: plimsoll-health-check
                            Accept: */*
                            Connection: close

                            """
                                    .formatted(target.port())
                                    .replace("\n", "\r\n"));
        }
    }

    @Test
    void answerThatDripsIsGivenUpAtTheDeadline() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            readHead(socket.getInputStream());
                            var latch = new java.util.concurrent.CountDownLatch(1);
                            for (byte b :
                                    ("HTTP/1.1 200 OK\r\nA: " + "x".repeat(1000))
                                            .getBytes(ISO_8859_1)) {
                                socket.getOutputStream().write(b);
                                var _ = latch.await(20, TimeUnit.MILLISECONDS);
                            }
                        });
                var fixture = EngineFixture.standby()) {

            fixture.serve(Configs.revision(1).pool("a", check(200, GET), target.config()));

            var health = fixture.engine.targetHealth().getFirst();
            assertThat(health.reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(health.decidedBy().phase()).isEqualTo(Phase.HTTP);
            assertThat(health.decidedBy().millis()).isGreaterThanOrEqualTo(200);
        }
    }

    @Test
    void resetIsToldAsSuch() throws Exception {
        try (var target =
                        TargetServer.running(socket -> {
                            readHead(socket.getInputStream());
                            socket.setSoLinger(true, 0);
                        });
                var fixture = EngineFixture.standby()) {

            fixture.serve(Configs.revision(1).pool("a", http(null), target.config()));

            assertThat(fixture.engine.targetHealth())
                    .extracting(TargetHealth::reason)
                    .containsExactly(Reason.RESET);
        }
    }

    @Test
    void targetThatFinishesItsBodySeesFin() throws Exception {
        var ending = new CompletableFuture<Integer>();
        try (var target =
                        TargetServer.running(socket -> {
                            readHead(socket.getInputStream());
                            socket.getOutputStream().write(OK.getBytes(ISO_8859_1));
                            socket.shutdownOutput();
                            ending.complete(socket.getInputStream().read());
                        });
                var fixture = EngineFixture.standby()) {

            fixture.serve(Configs.revision(1).pool("a", http(null), target.config()));

            assertThat(ending.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }

    @Test
    void lastResultsAreKeptNewestFirst() throws Exception {
        var asked = new AtomicInteger();
        try (var target =
                        TargetServer.running(socket -> {
                            readHead(socket.getInputStream());
                            int status = asked.getAndIncrement() % 2 == 0 ? 200 : 500;
                            socket.getOutputStream()
                                    .write(OK.replace("200", "" + status).getBytes(ISO_8859_1));
                        });
                var fixture = EngineFixture.standby()) {
            fixture.serve(
                    Configs.revision(1)
                            .pool(
                                    "a",
                                    new HealthCheckConfig(10, 0, 900, 1, 1, null, GET),
                                    target.config()));

            await().until(() -> asked.get() > 25);

            var recent = fixture.engine.targetHealthInFull().getFirst().recent();
            assertThat(recent).hasSize(TargetHealth.MOST_RECENT);
            assertThat(recent)
                    .isSortedAccordingTo(
                            (a, b) -> Long.compare(b.atEpochMillis(), a.atEpochMillis()));
            assertThat(recent.getFirst().httpStatus()).isNotEqualTo(recent.get(1).httpStatus());
            assertThat(fixture.changes)
                    .element(1)
                    .satisfies(change -> {
                        assertThat(change.reason()).isEqualTo(Reason.HTTP_STATUS);
                        assertThat(change.decidedBy().httpStatus()).isEqualTo(500);
                        assertThat(change.recent())
                                .hasSize(2)
                                .first()
                                .isEqualTo(change.decidedBy());
                        assertThat(change.detail()).contains("answered with status 500");
                    });
        }
    }

    @Test
    void ownAuthorityIsTrustedWhateverNameTheCertificateHas() throws Exception {
        var certificates = new TestCertificates();
        try (var target = tls(certificates.server())) {
            assertThat(verdict(target, new Tls(false, certificates.pem())).reason())
                    .isEqualTo(Reason.OK);
        }
    }

    @Test
    void authorityThatIsNotTrustedIsAReasonUnlessNothingIsValidated() throws Exception {
        try (var target = tls(new TestCertificates().server())) {
            var other = new TestCertificates().pem();
            assertThat(verdict(target, new Tls(false, other)).reason())
                    .isEqualTo(Reason.TLS_UNTRUSTED);
            assertThat(verdict(target, new Tls(false, null)).reason())
                    .isEqualTo(Reason.TLS_UNTRUSTED);
            assertThat(verdict(target, new Tls(true, null)).reason()).isEqualTo(Reason.OK);
        }
    }

    @Test
    void expiredCertificateIsAReason() throws Exception {
        var certificates = new TestCertificates();
        var expired = certificates.server(Instant.now().minus(Duration.ofHours(1)));
        try (var target = tls(expired)) {
            var health = verdict(target, new Tls(false, certificates.pem()));
            assertThat(health.reason()).isEqualTo(Reason.TLS_EXPIRED);
            assertThat(health.decidedBy().phase()).isEqualTo(Phase.TLS);
        }
    }

    @Test
    void targetWithoutTlsIsAReason() throws Exception {
        try (var target = TargetServer.running(answering(OK))) {
            assertThat(verdict(target, new Tls(true, null)).reason())
                    .isIn(Reason.TLS_HANDSHAKE, Reason.TIMEOUT);
        }
        try (var target =
                TargetServer.running(socket -> {
                    socket.getOutputStream().write("220 mail\r\n".getBytes(ISO_8859_1));
                    socket.getInputStream().readAllBytes();
                })) {
            assertThat(verdict(target, new Tls(true, null)).reason())
                    .isEqualTo(Reason.TLS_HANDSHAKE);
        }
    }

    @Test
    void handshakeThatNeverComesEndsAtTheDeadline() throws Exception {
        try (var target = TargetServer.running(socket -> socket.getInputStream().readAllBytes())) {
            var health = verdict(target, new Tls(true, null));
            assertThat(health.reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(health.decidedBy().phase()).isEqualTo(Phase.TLS);
        }
    }

    private static final Http GET = new Http("/", List.of(200, 204), null);

    private static TargetHealth verdict(TargetServer target, Tls tls) throws Exception {
        try (var fixture = EngineFixture.standby()) {
            fixture.serve(
                    Configs.revision(1)
                            .pool(
                                    "a",
                                    check(
                                            tls.skipCertificateValidation() ? 400 : 5_000,
                                            new Http("/", List.of(200), tls)),
                                    target.config()));
            return fixture.engine.targetHealth().getFirst();
        }
    }

    private static HealthCheckConfig http(Tls tls) {
        return check(5_000, new Http("/", List.of(200, 204), tls));
    }

    private static HealthCheckConfig check(long timeoutMillis, Http http) {
        return new HealthCheckConfig(60_000, 0, timeoutMillis, 1, 1, null, http);
    }

    /** Ends after the answer, at once: what the prober does not take is its loss. */
    private static TargetServer.Conversation answering(String answer) {
        return socket -> {
            readHead(socket.getInputStream());
            try {
                socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            } catch (SocketException hadEnough) {
                assertThat(answer.length()).isGreaterThan(64 * 1024);
            }
        };
    }

    private static TargetServer tls(SSLContext server) throws IOException {
        return TargetServer.running(socket -> {
            try (var secure = secured(server, socket)) {
                readHead(secure.getInputStream());
                secure.getOutputStream().write(OK.getBytes(ISO_8859_1));
            }
        });
    }

    private static SSLSocket secured(SSLContext server, Socket socket) throws IOException {
        var secure = (SSLSocket) server.getSocketFactory().createSocket(socket, null, true);
        secure.setUseClientMode(false);
        return secure;
    }

    private static String readHead(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("Ended within the request");
            }
            head.append((char) b);
        }
        return head.toString();
    }
}
