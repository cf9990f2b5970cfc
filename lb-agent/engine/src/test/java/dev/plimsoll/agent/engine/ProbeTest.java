package dev.plimsoll.agent.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.HealthCheckConfig.Http;
import dev.plimsoll.agent.protocol.TargetConfig;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Probes of targets that expect a PROXY header. */
@Timeout(30)
class ProbeTest {
    private static final byte[] LOCAL =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "20" + "00" + "0000");

    private final Transport transport = new Transport(1);
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
    private final ProbeTls tls = new ProbeTls();

    @AfterEach
    void stop() {
        tls.stop();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void proxyHeaderSaysThatTheConnectionIsTheProxysOwn() throws Exception {
        var said = new CompletableFuture<byte[]>();
        try (var target =
                TargetServer.running(
                        socket -> said.complete(socket.getInputStream().readAllBytes()))) {

            var outcome = probe(plan(target.config(), null, null));

            assertThat(outcome.reason()).isEqualTo(Reason.OK);
            assertThat(said.get(5, TimeUnit.SECONDS)).isEqualTo(LOCAL);
        }
    }

    @Test
    void requestFollowsTheProxyHeader() throws Exception {
        var said = new CompletableFuture<byte[]>();
        try (var target =
                TargetServer.running(socket -> {
                    said.complete(socket.getInputStream().readNBytes(LOCAL.length + 3));
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
                })) {

            var outcome = probe(plan(target.config(), null, new Http("/", List.of(200), null)));

            assertThat(outcome.reason()).isEqualTo(Reason.OK);
            assertThat(said.get(5, TimeUnit.SECONDS)).startsWith(LOCAL).endsWith('G', 'E', 'T');
        }
    }

    @Test
    void healthChecksOwnPortIsTakenForAnotherServiceAndGetsNone() {
        var plan = plan(new TargetConfig("10.0.0.1", 80), 8080, null);

        assertThat(plan.isProxied()).isFalse();
        assertThat(plan.address().getPort()).isEqualTo(8080);
    }

    private ProbePlan plan(TargetConfig target, Integer port, Http http) {
        var check = new HealthCheckConfig(1_000, 0, 5_000, 1, 1, port, http);
        return ProbePlan.of(new Target(new Target.Key("a", target, check, true)), check, tls);
    }

    private ProbeOutcome probe(ProbePlan plan) throws Exception {
        var outcome = new CompletableFuture<ProbeOutcome>();
        var closed = new CompletableFuture<Void>();
        var loop = group.next();
        loop.execute(() ->
                Probe.start(
                        plan,
                        loop,
                        transport,
                        new Probe.Listener() {
                            @Override
                            public void onVerdict(ProbeOutcome verdict) {
                                outcome.complete(verdict);
                            }

                            @Override
                            public void onClosed() {
                                closed.complete(null);
                            }
                        }));
        closed.get(5, TimeUnit.SECONDS);
        return outcome.getNow(null);
    }
}
