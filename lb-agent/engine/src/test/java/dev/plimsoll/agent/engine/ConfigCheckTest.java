package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.HealthCheckConfig.Http;
import dev.plimsoll.agent.protocol.HealthCheckConfig.Tls;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigCheckTest {
    private static final TargetConfig TARGET = new TargetConfig("10.0.0.1", 80);

    @Test
    void soundDocumentIsTaken() {
        assertThat(ConfigCheck.of(sound().listener(80, "a").listener(81, "a").build())).isNull();
        assertThat(
                        ConfigCheck.of(
                                sound().listener(tls("x", 443, "a.b", "*.a.b"))
                                        .listener(tls("y", 443, "b.a"))
                                        .listener(tls("z", 443))
                                        .listener(tls("w", 444, "a.b"))
                                        .listener(listener("dns", 53, Protocol.UDP))
                                        .listener(named("dns-tcp", 53))
                                        .build()))
                .isNull();
    }

    @ParameterizedTest
    @MethodSource
    void wrongDocumentIsRefusedWithItsPlace(Refusal code, String path, Configs document) {
        assertThat(ConfigCheck.of(document.build()))
                .satisfies(refusal -> {
                    assertThat(refusal.code()).isEqualTo(code);
                    assertThat(refusal.path()).isEqualTo(path);
                    assertThat(refusal.detail()).endsWith(".");
                });
    }

    static Stream<Arguments> wrongDocumentIsRefusedWithItsPlace() {
        return Stream.of(
                invalid("/revision", Configs.revision(0)),
                invalid("/maxConnections", sound().maxConnections(0)),
                invalid("/vips/1", sound().vips("127.0.0.1", "example.org")),
                invalid("/vips/0", sound().vips("0.0.0.0")),
                invalid("/vips/1", sound().vips("127.0.0.1", "127.0.0.1")),
                invalid("/allowedSourceRanges/0", sound().sources("10.0.0.0/33")),
                invalid("/allowedSourceRanges/1", sound().sources("10.0.0.0/8", "anyone")),
                invalid("/targetPools/1/name", sound().pool("a")),
                invalid("/targetPools/1/name", sound().pool(" ")),
                invalid("/targetPools/1/targets/0/ip", sound().pool("b", new TargetConfig("x", 1))),
                invalid(
                        "/targetPools/1/targets/0/ip",
                        sound().pool("b", new TargetConfig(null, 1))),
                invalid(
                        "/targetPools/1/targets/0/port",
                        sound().pool("b", new TargetConfig("::1", 0))),
                invalid("/targetPools/1/targets/1", sound().pool("b", TARGET, TARGET)),
                invalid("/targetPools/1/balancing", sound().pool(pool(null, Configs.QUICK))),
                check("intervalMillis", new HealthCheckConfig(0, 0, 1, 1, 1, null, null)),
                check("jitterMillis", new HealthCheckConfig(1, -1, 1, 1, 1, null, null)),
                check("timeoutMillis", new HealthCheckConfig(1, 0, 0, 1, 1, null, null)),
                check("healthyThreshold", new HealthCheckConfig(1, 0, 1, 0, 1, null, null)),
                check("unhealthyThreshold", new HealthCheckConfig(1, 0, 1, 1, 0, null, null)),
                check("port", new HealthCheckConfig(1, 0, 1, 1, 1, 70_000, null)),
                invalid("/listeners/0/port", sound().listener(65_536, "a")),
                invalid("/listeners/0/targetPool", sound().listener(80, "b")),
                invalid("/listeners/0/idleTimeoutMillis", sound().listener(80, "a", 0)),
                invalid("/listeners/1/name", sound().listener(80, "a").listener(80, "a")),
                invalid("/listeners/1/port", sound().listener(80, "a").listener(named("x", 80))),
                invalid("/listeners/0/protocol", sound().listener(listener("x", 80, null))),
                invalid(
                        "/listeners/1/port",
                        sound().listener(listener("x", 53, Protocol.UDP))
                                .listener(listener("y", 53, Protocol.UDP))),
                invalid(
                        "/listeners/0/serverNames",
                        sound().listener(
                                        new ListenerConfig(
                                                "x",
                                                Protocol.UDP,
                                                53,
                                                "a",
                                                1_000,
                                                List.of("a.example")))),
                invalid(
                        "/listeners/1/port",
                        sound().listener(tls("x", 443)).listener(named("y", 443))),
                invalid(
                        "/listeners/1/serverNames",
                        sound().listener(tls("x", 443)).listener(tls("y", 443))),
                invalid(
                        "/listeners/1/serverNames/1",
                        sound().listener(tls("x", 443, "b.a"))
                                .listener(tls("y", 443, "a.b", "B.A."))),
                invalid("/listeners/0/serverNames/0", sound().listener(tls("x", 443, "*.*.a"))),
                invalid("/listeners/0/serverNames/0", sound().listener(tls("x", 443, "*"))),
                invalid("/listeners/0/serverNames/0", sound().listener(tls("x", 443, "a..b"))),
                invalid(
                        "/targetPools/1/targets",
                        sound().pool("b", targets(ConfigCheck.MAX_TARGETS + 1))),
                http("/path", new Http("health", List.of(200), null)),
                http("/path", new Http("/" + "x".repeat(8192), List.of(200), null)),
                http("/okStatuses", new Http("/", List.of(), null)),
                http("/okStatuses/1", new Http("/", List.of(200, 600), null)),
                http("/tls/customCaPem", new Http("/", List.of(200), new Tls(false, "rubbish"))),
                http("/tls/customCaPem", new Http("/", List.of(200), new Tls(false, ""))),
                http("/tls/customCaPem", new Http("/", List.of(200), new Tls(true, "any"))));
    }

    private static Arguments http(String member, Http http) {
        return check("http" + member, new HealthCheckConfig(1, 0, 1, 1, 1, null, http));
    }

    private static Configs sound() {
        return Configs.revision(1).pool("a", TARGET);
    }

    private static Arguments check(String member, HealthCheckConfig check) {
        return invalid(
                "/targetPools/1/healthCheck/" + member,
                sound().pool(pool(Balancing.ROUND_ROBIN, check)));
    }

    private static TargetPoolConfig pool(Balancing balancing, HealthCheckConfig check) {
        return new TargetPoolConfig("b", balancing, check, List.of(TARGET));
    }

    private static TargetConfig[] targets(int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> new TargetConfig("10.1." + (i >> 8) + "." + (i & 0xff), 80))
                .toArray(TargetConfig[]::new);
    }

    private static ListenerConfig named(String name, int port) {
        return listener(name, port, Protocol.TCP);
    }

    private static ListenerConfig tls(String name, int port, String... serverNames) {
        return new ListenerConfig(
                name, Protocol.TLS_PASSTHROUGH, port, "a", 1_000, List.of(serverNames));
    }

    private static ListenerConfig listener(String name, int port, Protocol protocol) {
        return new ListenerConfig(name, protocol, port, "a", 1_000, List.of());
    }

    private static Arguments invalid(String path, Configs document) {
        return arguments(Refusal.INVALID, path, document);
    }

    private static Arguments unsupported(String path, Configs document) {
        return arguments(Refusal.UNSUPPORTED, path, document);
    }
}
