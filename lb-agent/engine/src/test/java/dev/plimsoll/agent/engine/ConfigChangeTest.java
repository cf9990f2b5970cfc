package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConfigChangeTest {

    @Test
    void twoListenersSwapTheirPortsInOneChange() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int first = EngineFixture.freePort();
            int second = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(first, "one")
                            .listener(second, "two")
                            .pool("one", one.config())
                            .pool("two", two.config()));

            fixture.serve(
                    Configs.revision(2)
                            .listener(second, "one")
                            .listener(first, "two")
                            .pool("one", one.config())
                            .pool("two", two.config()));

            assertThat(EngineFixture.ask(second)).isEqualTo(one.port());
            assertThat(EngineFixture.ask(first)).isEqualTo(two.port());
        }
    }

    @Test
    void removedListenerStopsAcceptingAndItsConnectionsGoOn() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int stays = EngineFixture.freePort();
            int goes = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(stays, "a")
                            .listener(goes, "a")
                            .pool("a", target.config()));
            try (var established = EngineFixture.connect(goes)) {
                echo(established);

                fixture.serve(Configs.revision(2).listener(stays, "a").pool("a", target.config()));

                echo(established);
                assertThatThrownBy(() -> EngineFixture.connect(goes))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void targetThatLeavesKeepsItsConnectionsAndGetsNoNewOnes() throws Exception {
        try (var leaves = TargetServer.echo();
                var stays = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", leaves.config()));
            try (var established = EngineFixture.connect(port)) {
                echo(established);

                fixture.serve(Configs.revision(2).listener(port, "a").pool("a", stays.config()));

                echo(established);
                for (int i = 0; i < 5; i++) {
                    assertThat(EngineFixture.ask(port)).isEqualTo(stays.port());
                }
                assertThat(fixture.engine.targetMeters())
                        .filteredOn(TargetMeter::draining)
                        .singleElement()
                        .satisfies(t -> assertThat(t.connections()).isOne());
            }
            await().until(() ->
                    fixture.engine.targetMeters().stream().noneMatch(TargetMeter::draining));
        }
    }

    @Test
    void thousandChangesCostNotOneConnection() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.active();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = EngineFixture.freePort();
            int other = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));
            var done = new AtomicBoolean();

            var traffic =
                    clients.submit(() -> {
                        int connections = 0;
                        while (!done.get()) {
                            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());
                            connections++;
                        }
                        return connections;
                    });
            for (int revision = 2; revision <= 1_001; revision++) {
                var config =
                        Configs.revision(revision).listener(port, "a").pool("a", target.config());
                assertThat(fixture.apply(revision % 2 == 0 ? config.listener(other, "a") : config))
                        .isInstanceOf(ApplyOutcome.Applied.class);
            }
            done.set(true);

            assertThat(traffic.get()).isPositive();
            assertThat(fixture.engine.meters().opened()).isEqualTo(traffic.get().longValue());
        }
    }

    @Test
    void addressHeldByAStrangerIsRefusedAndNothingChanges() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.active();
                var stranger = ServerSocketChannel.open()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));
            // Even one that would share the address.
            stranger.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            stranger.bind(new InetSocketAddress(InetAddress.ofLiteral(EngineFixture.VIP), 0));
            int held = ((InetSocketAddress) stranger.getLocalAddress()).getPort();
            int free = EngineFixture.freePort();

            var refusal =
                    refusal(
                            fixture.apply(
                                    Configs.revision(2)
                                            .listener(free, "a")
                                            .listener(held, "a")
                                            .pool("a", target.config())));

            assertThat(refusal.code()).isEqualTo(Refusal.ADDRESS_IN_USE);
            assertThat(refusal.path()).isEqualTo("/listeners/1/port");
            assertThat(refusal.detail())
                    .isEqualTo(
                            EngineFixture.VIP + " port " + held + " is held by another process.");
            assertThat(fixture.engine.applied().revision()).isOne();
            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());
            assertThatThrownBy(() -> EngineFixture.connect(free)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void ourOwnAddressIsNotSharedWithAnotherEngine() throws Exception {
        try (var target = TargetServer.naming();
                var first = EngineFixture.active();
                var second = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            var config = Configs.revision(1).listener(port, "a").pool("a", target.config());
            first.serve(config);

            assertThat(refusal(second.apply(config)).code()).isEqualTo(Refusal.ADDRESS_IN_USE);
        }
    }

    @Test
    void standbyListensNowhereUntilItIsActive() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.standby()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").pool("a", target.config()));
            assertThatThrownBy(() -> EngineFixture.connect(port)).isInstanceOf(IOException.class);

            assertThat(fixture.engine.listen(Duration.ZERO))
                    .isInstanceOf(ApplyOutcome.Applied.class);

            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());
            assertThat(fixture.engine.isServing()).isTrue();
        }
    }

    @Test
    void activeAgainWaitsForAnAddressThatADyingPeerHolds() throws Exception {
        try (var target = TargetServer.naming();
                var dying = EngineFixture.active();
                var next = EngineFixture.standby();
                var later = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = EngineFixture.freePort();
            var config = Configs.revision(1).listener(port, "a").pool("a", target.config());
            dying.serve(config);
            next.serve(config);

            var activated = later.submit(() -> next.engine.listen(Duration.ofSeconds(10)));
            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());
            dying.engine.stopListening();

            assertThat(activated.get()).isInstanceOf(ApplyOutcome.Applied.class);
            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());
        }
    }

    @Test
    void engineThatListensBesideItsLeavingPeerTakesOverWithoutAGap() throws Exception {
        try (var target = TargetServer.naming();
                var leaving = EngineFixture.active();
                var next = EngineFixture.standby()) {
            int port = EngineFixture.freePort();
            var config = Configs.revision(1).listener(port, "a").pool("a", target.config());
            leaving.serve(config);
            next.serve(config);

            assertThat(next.engine.listenBesidePeer()).isInstanceOf(ApplyOutcome.Applied.class);
            leaving.engine.stopListening();

            assertThat(next.engine.isServing()).isTrue();
            assertThat(leaving.engine.isListening()).isFalse();
            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());
        }
    }

    @Test
    void whatCanBeListenedOnServesThoughAnotherAddressIsHeld() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.standby();
                var stranger = new ServerSocket(0, 1, InetAddress.ofLiteral(EngineFixture.VIP))) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .listener(stranger.getLocalPort(), "a")
                            .pool("a", target.config()));

            assertThat(refusal(fixture.engine.listen(Duration.ofMillis(20))).path())
                    .isEqualTo("/listeners/1/port");
            assertThat(fixture.engine.isServing()).isFalse();
            assertThat(EngineFixture.ask(port)).isEqualTo(target.port());

            stranger.close();
            assertThat(fixture.engine.listen(Duration.ZERO))
                    .isInstanceOf(ApplyOutcome.Applied.class);
        }
    }

    @Test
    void listenerIsOnEveryVipWhetherTheMachineHasItOrNot() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .vips("127.0.3.1", "127.0.3.2", "::1", "192.0.2.77")
                            .listener(port, "a")
                            .pool("a", target.config()));

            for (var vip : new String[] {"127.0.3.1", "127.0.3.2", "::1"}) {
                try (var client = EngineFixture.connect(vip, port)) {
                    client.getOutputStream().write('?');
                    assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
                }
            }
        }
    }

    @Test
    void sameDocumentAgainSucceedsAndOlderOrOtherOnesAreRefused() throws Exception {
        try (var target = TargetServer.naming();
                var fixture = EngineFixture.standby()) {
            var config = Configs.revision(5).pool("a", target.config());
            fixture.serve(config);

            assertThat(fixture.apply(config)).isInstanceOf(ApplyOutcome.Applied.class);
            assertThat(refusal(fixture.apply(Configs.revision(4))).code()).isEqualTo(Refusal.STALE);
            assertThat(refusal(fixture.apply(Configs.revision(5))).code())
                    .isEqualTo(Refusal.INVALID);
            assertThat(fixture.engine.applied().revision()).isEqualTo(5);
        }
    }

    private static ConfigRefused refusal(ApplyOutcome outcome) {
        return switch (outcome) {
            case ApplyOutcome.Refused(var refusal) -> refusal;
            case ApplyOutcome.Applied applied -> throw new AssertionError(applied);
        };
    }

    private static void echo(java.net.Socket socket) throws IOException {
        socket.getOutputStream().write('!');
        assertThat(socket.getInputStream().read()).isEqualTo('!');
    }
}
