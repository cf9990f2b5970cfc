package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
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
