package dev.plimsoll.agent.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.Step;
import dev.plimsoll.agent.protocol.AgentMessage.Step.Name;
import dev.plimsoll.agent.protocol.AgentMessage.Step.Outcome;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.HealthCheckConfig.Http;
import dev.plimsoll.agent.protocol.HealthCheckConfig.Tls;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the engine finds on the way to targets of which something is wrong. */
@Timeout(30)
class LadderTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final Http GET = new Http("/", List.of(200), null);
    private static final byte PROXY_BEGINS = '\r';

    @Test
    void wayToATargetThatAnswersIsClear() throws Exception {
        try (var target = TargetServer.running(answering(OK));
                var fixture = EngineFixture.standby()) {

            var steps = explain(fixture, http(null), target.config());

            assertThat(steps)
                    .extracting(Step::name)
                    .containsExactly(Name.ROUTE, Name.CONNECT, Name.HTTP, Name.LIMIT);
            assertThat(steps).extracting(Step::outcome).containsOnly(Outcome.OK);
            assertThat(step(steps, Name.HTTP).httpStatus()).isEqualTo(200);
        }
    }

    @Test
    void nothingComesAfterAConnectionThatWasRefused() throws Exception {
        try (var fixture = EngineFixture.standby()) {
            var nobody = new TargetConfig("127.0.0.1", EngineFixture.freePort());

            var steps = explain(fixture, http(null), nobody);

            assertThat(steps)
                    .extracting(Step::name)
                    .containsExactly(Name.ROUTE, Name.CONNECT, Name.LIMIT);
            assertThat(step(steps, Name.CONNECT).reason()).isEqualTo(Reason.REFUSED);
        }
    }

    @Test
    void addressThatIsNotOneHostsCannotBeReached() throws Exception {
        try (var fixture = EngineFixture.standby()) {

            var steps = explain(fixture, http(null), new TargetConfig("127.255.255.255", 80));

            assertThat(step(steps, Name.ROUTE).reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(steps).extracting(Step::name).doesNotContain(Name.HTTP);
        }
    }

    @Test
    void ownPortOfTheHealthCheckIsAStepOfItsOwn() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.standby()) {
            var check = new HealthCheckConfig(100, 0, 1000, 1, 1, EngineFixture.freePort(), null);

            var steps = explain(fixture, check, target.config());

            assertThat(step(steps, Name.CONNECT).outcome()).isEqualTo(Outcome.OK);
            assertThat(step(steps, Name.HEALTH_CONNECT).reason()).isEqualTo(Reason.REFUSED);
        }
    }

    @Test
    void statusThatDoesNotCountFailsTheRequest() throws Exception {
        try (var target = TargetServer.running(answering(OK.replace("200", "500")));
                var fixture = EngineFixture.standby()) {

            var steps = explain(fixture, http(null), target.config());

            assertThat(step(steps, Name.HTTP).reason()).isEqualTo(Reason.HTTP_STATUS);
            assertThat(step(steps, Name.HTTP).httpStatus()).isEqualTo(500);
        }
    }

    @Test
    void targetThatTakesTooLongFailsTheRequest() throws Exception {
        var never = new CountDownLatch(1);
        try (var target = TargetServer.running(_ -> never.await());
                var fixture = EngineFixture.standby()) {

            var steps = explain(fixture, http(null), target.config());

            assertThat(step(steps, Name.HTTP).reason()).isEqualTo(Reason.TIMEOUT);
            never.countDown();
        }
    }

    @Test
    void certificateThatIsNotTrustedFailsInTlsAndOneForAnotherNameIsNoted() throws Exception {
        var server = new TestCertificates().server();
        try (var target = TargetServer.running(secured(server));
                var fixture = EngineFixture.standby()) {

            var distrusted = explain(fixture, http(new Tls(false, null)), target.config());

            assertThat(step(distrusted, Name.TLS).reason()).isEqualTo(Reason.TLS_UNTRUSTED);

            fixture.serve(
                    Configs.revision(2).pool("a", http(new Tls(true, null)), target.config()));
            var trusted = fixture.engine.explain("a", "127.0.0.1", target.port());

            assertThat(step(trusted, Name.HTTP).outcome()).isEqualTo(Outcome.OK);
            assertThat(step(trusted, Name.TLS).outcome()).isEqualTo(Outcome.NOTED);
            assertThat(step(trusted, Name.TLS).detail()).contains("not for 127.0.0.1");
        }
    }

    @Test
    void headerThatBreaksTheRequestIsFound() throws Exception {
        try (var target = TargetServer.running(LadderTest::answersRequestsOnly);
                var fixture = EngineFixture.standby()) {
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, EngineFixture.freePort(), "a")
                            .pool("a", http(null), target.config()));

            var steps = fixture.engine.explain("a", "127.0.0.1", target.port());

            assertThat(step(steps, Name.PROXY_HEADER).outcome()).isEqualTo(Outcome.FAILED);
            assertThat(step(steps, Name.PROXY_HEADER).detail()).contains("without a PROXY header");
        }
    }

    @Test
    void headerThatIsMissingIsFound() throws Exception {
        try (var target = TargetServer.running(LadderTest::answersBehindHeadersOnly);
                var fixture = EngineFixture.standby()) {

            var steps = explain(fixture, http(null), target.config());

            assertThat(step(steps, Name.PROXY_HEADER).outcome()).isEqualTo(Outcome.FAILED);
            assertThat(step(steps, Name.PROXY_HEADER).detail()).contains("with a PROXY header");
        }
    }

    @Test
    void headerIsTriedWhereOnlyConnectingIsChecked() throws Exception {
        try (var waits = TargetServer.running(socket -> socket.getInputStream().readNBytes(1000));
                var echoes = TargetServer.echo();
                var fixture = EngineFixture.standby()) {
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.TCP_PROXY, EngineFixture.freePort(), "a")
                            .pool("a", Configs.QUICK, waits.config(), echoes.config()));

            var taken = fixture.engine.explain("a", "127.0.0.1", waits.port());
            var misread = fixture.engine.explain("a", "127.0.0.1", echoes.port());

            assertThat(step(taken, Name.PROXY_HEADER).outcome()).isEqualTo(Outcome.OK);
            assertThat(step(misread, Name.PROXY_HEADER).outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void datagramsAreNotSent() throws Exception {
        try (var fixture = EngineFixture.standby()) {
            var target = new TargetConfig("127.0.0.1", EngineFixture.freePort());
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.UDP, EngineFixture.freePort(), "a")
                            .unchecked("a", target));

            var steps = fixture.engine.explain("a", target.ip(), target.port());

            assertThat(step(steps, Name.CONNECT).outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void targetThatIsNotThereHasNoSteps() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.standby()) {
            fixture.serve(Configs.revision(1).pool("a", Configs.QUICK, target.config()));

            assertThat(fixture.engine.explain("b", "127.0.0.1", target.port())).isEmpty();
            assertThat(fixture.engine.explain("a", "127.0.0.2", target.port())).isEmpty();
        }
    }

    private static List<Step> explain(
            EngineFixture fixture, HealthCheckConfig check, TargetConfig target)
            throws InterruptedException {
        fixture.serve(Configs.revision(1).pool("a", check, target));
        return fixture.engine.explain("a", target.ip(), target.port());
    }

    private static Step step(List<Step> steps, Name name) {
        return steps.stream()
                .filter(step -> step.name() == name)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + steps));
    }

    private static HealthCheckConfig http(Tls tls) {
        return new HealthCheckConfig(
                100, 0, 1000, 1, 1, null, new Http(GET.path(), GET.okStatuses(), tls));
    }

    private static TargetServer.Conversation answering(String answer) {
        return socket -> {
            if (readHead(socket.getInputStream(), socket.getInputStream().read())) {
                socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            }
        };
    }

    private static TargetServer.Conversation secured(SSLContext server) {
        return socket -> {
            var secured = (SSLSocket) server.getSocketFactory().createSocket(socket, null, true);
            secured.setUseClientMode(false);
            try (secured) {
                answering(OK).hold(secured);
            }
        };
    }

    private static void answersRequestsOnly(Socket socket) throws Exception {
        int first = socket.getInputStream().read();
        if (first >= 0 && first != PROXY_BEGINS && readHead(socket.getInputStream(), first)) {
            socket.getOutputStream().write(OK.getBytes(ISO_8859_1));
        }
    }

    private static void answersBehindHeadersOnly(Socket socket) throws Exception {
        var in = socket.getInputStream();
        int first = in.read();
        if (first == PROXY_BEGINS) {
            var header = in.readNBytes(15);
            in.readNBytes(header[13] << 8 | header[14]);
            answering(OK).hold(socket);
        }
    }

    /** False where the peer leaves before it has sent a whole head. */
    private static boolean readHead(InputStream in, int first) throws Exception {
        var head = new StringBuilder().append((char) first);
        for (int next = first; next >= 0 && head.indexOf("\r\n\r\n") < 0; ) {
            next = in.read();
            head.append((char) next);
        }
        return head.indexOf("\r\n\r\n") >= 0;
    }
}
