package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HealthTest {

    @Test
    void firstResultCountsAtOnce() {
        assertThat(new HealthTally(4, 4).onResult(true)).isEqualTo(State.HEALTHY);
        assertThat(new HealthTally(4, 4).onResult(false)).isEqualTo(State.UNHEALTHY);
    }

    @Test
    void thresholdsCountResultsInARow() {
        var tally = new HealthTally(3, 2);
        tally.onResult(true);

        assertThat(tally.onResult(false)).isEqualTo(State.HEALTHY);
        assertThat(tally.onResult(true)).isEqualTo(State.HEALTHY);
        assertThat(tally.onResult(false)).isEqualTo(State.HEALTHY);
        assertThat(tally.onResult(false)).isEqualTo(State.UNHEALTHY);
        assertThat(tally.onResult(true)).isEqualTo(State.UNHEALTHY);
        assertThat(tally.onResult(true)).isEqualTo(State.UNHEALTHY);
        assertThat(tally.onResult(false)).isEqualTo(State.UNHEALTHY);
        assertThat(tally.onResult(true)).isEqualTo(State.UNHEALTHY);
        assertThat(tally.onResult(true)).isEqualTo(State.UNHEALTHY);
        assertThat(tally.onResult(true)).isEqualTo(State.HEALTHY);
    }

    @Test
    void targetThatDiesAndComesBackIsReportedWithReasons() throws Exception {
        try (var fixture = EngineFixture.standby()) {
            var target = TargetServer.echo();
            int port = target.port();
            fixture.serve(Configs.revision(1).pool("a", Configs.check(30, 2, 2), target.config()));

            target.close();
            await().until(() -> fixture.states().contains(State.UNHEALTHY));
            try (var again = TargetServer.on(port, TargetServer.ECHO)) {
                await().until(() -> fixture.states().contains(State.HEALTHY));

                assertThat(fixture.changes)
                        .extracting(TargetHealth::state)
                        .containsExactly(State.HEALTHY, State.UNHEALTHY, State.HEALTHY);
                assertThat(fixture.changes)
                        .extracting(TargetHealth::reason)
                        .containsExactly(Reason.OK, Reason.REFUSED, Reason.OK);
                assertThat(fixture.changes)
                        .element(1)
                        .extracting(TargetHealth::detail)
                        .asString()
                        .startsWith("127.0.0.1 port " + again.port() + " refused the connection");
            }
            assertThat(fixture.engine.meters().probeFailures(Reason.REFUSED))
                    .isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void probeEndsByFinEvenIfTheTargetSpeaksFirst() throws Exception {
        var ending = new CompletableFuture<Integer>();
        try (var target =
                        TargetServer.running(socket -> {
                            socket.getOutputStream().write(new byte[10_000]);
                            ending.complete(socket.getInputStream().read());
                        });
                var fixture = EngineFixture.standby()) {
            fixture.serve(Configs.revision(1).pool("a", target.config()));

            assertThat(ending.get(5, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(target.hasFailures()).isFalse();
        }
    }

    @Test
    void probesGoToTheHealthChecksOwnPort() throws Exception {
        try (var target = TargetServer.echo();
                var probed = TargetServer.echo();
                var fixture = EngineFixture.standby()) {
            var check = new HealthCheckConfig(50, 10, 500, 1, 1, probed.port(), null);
            fixture.serve(Configs.revision(1).pool("a", check, target.config()));
            assertThat(fixture.states()).containsExactly(State.HEALTHY);

            probed.close();

            await().until(() -> fixture.states().contains(State.UNHEALTHY));
        }
    }

    @Test
    void slowTargetIsGivenUpAfterTheTimeoutAndDelaysNobody() throws Exception {
        try (var quick = TargetServer.echo();
                var fixture = EngineFixture.standby()) {
            var full = new FullBacklog();
            var check = new HealthCheckConfig(40, 0, 300, 1, 1, null, null);
            try (full) {
                fixture.serve(Configs.revision(1).pool("a", check, full.config(), quick.config()));

                assertThat(fixture.engine.targetHealth())
                        .extracting(TargetHealth::reason)
                        .containsExactly(Reason.TIMEOUT, Reason.OK);
            }
        }
    }

    @Test
    void stateSurvivesAChangeThatLeavesTheTargetAlone() throws Exception {
        var connects = new AtomicInteger();
        try (var target =
                        TargetServer.running(socket -> {
                            connects.incrementAndGet();
                            socket.getInputStream().readAllBytes();
                        });
                var fixture = EngineFixture.standby()) {
            var rarely = Configs.check(60_000, 1, 1);
            fixture.serve(Configs.revision(1).pool("a", rarely, target.config()));

            fixture.apply(
                    Configs.revision(2)
                            .listener(EngineFixture.freePort(), "a")
                            .pool("a", rarely, target.config()));

            assertThat(fixture.states()).containsExactly(State.HEALTHY);
            assertThat(connects).hasValue(1);
        }
    }

    @Test
    void changedHealthCheckStartsAnew() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.standby()) {
            fixture.serve(Configs.revision(1).pool("a", target.config()));

            fixture.apply(
                    Configs.revision(2).pool("a", Configs.check(60_000, 1, 1), target.config()));

            await().until(() -> fixture.states().contains(State.HEALTHY));
            assertThat(fixture.changes).hasSize(2);
        }
    }

    /** Some that answer at once beside many that never do. */
    @Test
    void manySilentTargetsDelayNobodyAndNeedNoThreads() throws Exception {
        int silent = 700;
        try (var wildcard = new ServerSocket(0, 1_024);
                var full = FullBacklog.onAllAddresses();
                var fixture = EngineFixture.standby()) {
            Thread.ofPlatform().daemon().start(() -> acceptAndClose(wildcard));
            var targets = new ArrayList<TargetConfig>();
            for (int i = 0; i < 20; i++) {
                targets.add(new TargetConfig(address(i), wildcard.getLocalPort()));
            }
            for (int i = 0; i < silent; i++) {
                targets.add(new TargetConfig(address(i), full.config().port()));
            }
            var check = new HealthCheckConfig(50, 10, 20_000, 1, 1, null, null);
            fixture.apply(
                    Configs.revision(1).pool("a", check, targets.toArray(TargetConfig[]::new)));

            await().until(() ->
                    fixture.engine.targetHealthInFull().stream()
                            .filter(target -> target.port() == wildcard.getLocalPort())
                            .allMatch(target ->
                                    target.state() == State.HEALTHY
                                            && target.recent().size() == 20));
            assertThat(fixture.states().stream().filter(State.INITIAL::equals)).hasSize(silent);
            assertThat(engineThreads()).isLessThanOrEqualTo(2);
            assertThat(fixture.engine.meters().probesDelayed()).isPositive();
        }
    }

    private static String address(int i) {
        return "127.1." + i / 250 + "." + (1 + i % 250);
    }

    private static long engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("engine"))
                .count();
    }

    private static void acceptAndClose(ServerSocket server) {
        while (!server.isClosed()) {
            try (var socket = server.accept()) {
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException ended) {
                // the test is over, or one probe
            }
        }
    }

    @Test
    void targetThatLeftIsToldAsDrainingWhileConnectionsRemain() throws Exception {
        try (var staying = TargetServer.echo();
                var leaving = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", leaving.config()));
            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isEqualTo('x');

                fixture.serve(Configs.revision(2).listener(port, "a").pool("a", staying.config()));

                assertThat(fixture.engine.drainingTargets()).isOne();
                assertThat(fixture.engine.targetHealth())
                        .extracting(
                                TargetHealth::port, TargetHealth::state, TargetHealth::connections)
                        .containsExactly(
                                tuple(staying.port(), State.HEALTHY, 0),
                                tuple(leaving.port(), State.DRAINING, 1));
                assertThat(client.isConnected()).isTrue();
            }

            await().until(() -> fixture.engine.drainingTargets() == 0);
            assertThat(fixture.engine.targetHealth()).hasSize(1);
        }
    }

    @Test
    void placeIsToldOnceThoughItsHealthCheckHasChanged() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));
            try (var client = EngineFixture.connect(port)) {
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isEqualTo('x');

                fixture.serve(
                        Configs.revision(2)
                                .listener(port, "a")
                                .pool("a", Configs.check(70, 1, 1), target.config()));

                assertThat(fixture.engine.targetHealth())
                        .extracting(TargetHealth::state, TargetHealth::connections)
                        .containsExactly(tuple(State.HEALTHY, 1));
                assertThat(fixture.engine.targetMeters()).hasSize(1);
            }
        }
    }

    @Test
    void poolWithoutAHealthCheckTakesItsTargetsAsHealthy() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool("a", (HealthCheckConfig) null, target.config()));

            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());
            assertThat(fixture.engine.targetHealth())
                    .extracting(TargetHealth::reason)
                    .containsExactly(Reason.UNCHECKED);
        }
    }
}
