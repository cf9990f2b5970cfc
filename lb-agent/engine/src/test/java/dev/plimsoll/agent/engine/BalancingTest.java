package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BalancingTest {

    @Test
    void healthyTargetsTakeTurns() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var three = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", one.config(), two.config(), three.config()));

            assertThat(shares(port, 30))
                    .isEqualTo(Map.of(one.port(), 10, two.port(), 10, three.port(), 10));
        }
    }

    @Test
    void theOthersShareEvenlyWhatAnUnhealthyTargetLeaves() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var three = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", one.config(), two.config(), three.config()));

            two.close();
            await().until(() -> fixture.states().contains(State.UNHEALTHY));

            assertThat(shares(port, 20)).isEqualTo(Map.of(one.port(), 10, three.port(), 10));
        }
    }

    @Test
    void frequentChangesDoNotFavourTheFirstTarget() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            var shares = new HashMap<Integer, Integer>();

            for (int revision = 1; revision <= 10; revision++) {
                fixture.serve(
                        Configs.revision(revision)
                                .listener(port, "a")
                                .pool("a", one.config(), two.config()));
                shares.merge(EngineFixture.ask(port), 1, Integer::sum);
            }

            assertThat(shares).isEqualTo(Map.of(one.port(), 5, two.port(), 5));
        }
    }

    @Test
    void sharesStayEvenWhileTargetsComeAndGo() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var guest = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            var shares = new HashMap<Integer, Integer>();

            for (int revision = 1; revision <= 20; revision++) {
                fixture.serve(
                        revision % 2 == 0
                                ? Configs.revision(revision)
                                        .listener(port, "a")
                                        .pool("a", one.config(), two.config())
                                : Configs.revision(revision)
                                        .listener(port, "a")
                                        .pool("a", one.config(), guest.config(), two.config()));
                shares(port, 6).forEach((target, n) -> shares.merge(target, n, Integer::sum));
            }

            assertThat(shares).isEqualTo(Map.of(one.port(), 50, two.port(), 50, guest.port(), 20));
        }
    }

    @Test
    void failedConnectGoesToTheNextTargetAndIsCounted() throws Exception {
        try (var alive = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            var dead = TargetServer.naming();
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", Configs.check(60_000, 1, 3), dead.config(), alive.config()));
            dead.close(); // and no probe will see it for a minute

            assertThat(shares(port, 10)).isEqualTo(Map.of(alive.port(), 10));
            assertThat(fixture.engine.meters().connectFailures(Reason.REFUSED)).isEqualTo(5);
            assertThat(fixture.engine.meters().opened()).isEqualTo(10);
        }
    }

    @Test
    void failedAttemptsLeaveNoDescriptorBehind() throws Exception {
        try (var alive = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            var dead = TargetServer.naming();
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", Configs.check(60_000, 1, 3), dead.config(), alive.config()));
            dead.close();
            long before = descriptors();

            assertThat(shares(port, 300)).isEqualTo(Map.of(alive.port(), 300));

            await().untilAsserted(() -> assertThat(descriptors()).isLessThan(before + 20));
        }
    }

    private static long descriptors() throws Exception {
        try (var files = java.nio.file.Files.list(java.nio.file.Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void triesEndAfterThreeTargets() throws Exception {
        try (var fixture = EngineFixture.active()) {
            var dead = new TargetServer[5];
            var configs = new TargetConfig[5];
            for (int i = 0; i < dead.length; i++) {
                dead[i] = TargetServer.naming();
                configs[i] = dead[i].config();
            }
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", Configs.check(60_000, 1, 3), configs));
            for (var target : dead) {
                target.close();
            }

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }

            assertThat(fixture.engine.meters().connectFailures(Reason.REFUSED)).isEqualTo(3);
            assertThat(fixture.engine.meters().rejected(Rejection.TARGETS_UNREACHABLE)).isOne();
        }
    }

    @Test
    void withoutAHealthyTargetAConnectionIsClosedAtOnce() throws Exception {
        try (var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", deadTarget()));

            try (var client = EngineFixture.connect(port)) {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }

            assertThat(fixture.engine.meters().rejected(Rejection.NO_HEALTHY_TARGET)).isOne();
        }
    }

    private static Map<Integer, Integer> shares(int port, int connections) throws Exception {
        var shares = new HashMap<Integer, Integer>();
        for (int i = 0; i < connections; i++) {
            shares.merge(EngineFixture.ask(port), 1, Integer::sum);
        }
        return shares;
    }

    private static TargetConfig deadTarget() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return new TargetConfig("127.0.0.1", socket.getLocalPort());
        }
    }
}
