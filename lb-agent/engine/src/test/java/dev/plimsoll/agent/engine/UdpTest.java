package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.DatagramDrop;
import dev.plimsoll.agent.engine.EngineMeters.Direction;
import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class UdpTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.3.1, 127.0.0.1", "::1, ::1, 127.0.0.1", "::1, ::1, ::1"})
    void datagramsOfEverySizeArriveInBothDirections(String source, String vip, String targetIp)
            throws Exception {
        try (var target = UdpServer.on(targetIp, 0, datagram -> datagram);
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .vips(vip)
                            .listener(Protocol.UDP, port, "a")
                            .unchecked("a", target.config()));
            var random = new Random(5);

            try (var client = new UdpClient(source, vip, port)) {
                for (int size : new int[] {0, 1, 2, 0, 511, 1_472, 1_473, 9_000, 65_506, 65_507}) {
                    var datagram = new byte[size];
                    random.nextBytes(datagram);
                    assertThat(client.ask(datagram)).as("of %d bytes", size).isEqualTo(datagram);
                }
            }
            await().untilAsserted(() -> { // counted after they are sent
                assertThat(fixture.engine.meters().datagrams(Direction.TO_TARGET)).isEqualTo(10);
                assertThat(fixture.engine.meters().datagrams(Direction.TO_CLIENT)).isEqualTo(10);
            });
            assertThat(fixture.engine.meters().sessionsOpened()).isOne();
        }
    }

    @Test
    void burstOfDatagramsKeepsItsOrderAndItsBoundaries() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, target.config()));

            try (var client = new UdpClient(port)) {
                for (int round = 0; round < 20; round++) {
                    for (int i = 0; i < 30; i++) {
                        client.send(new byte[i]);
                    }
                    for (int i = 0; i < 30; i++) {
                        assertThat(client.receive(5_000)).hasSize(i);
                    }
                }
            }
        }
    }

    @Test
    void answersFindTheirClients() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, target.config()));

            List<Callable<Void>> clients = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                var own = "client " + i;
                clients.add(() -> {
                    try (var client = new UdpClient(port)) {
                        for (int n = 0; n < 20; n++) {
                            var datagram = (own + " says " + n).getBytes();
                            assertThat(client.ask(datagram)).isEqualTo(datagram);
                        }
                    }
                    return null;
                });
            }
            for (var client : threads.invokeAll(clients)) {
                client.get();
            }

            assertThat(fixture.engine.meters().sessionsOpened()).isEqualTo(60);
            assertThat(fixture.engine.activeConnections()).isEqualTo(60);
        }
    }

    @Test
    void hundredsOfSessionsAreToldApartAndForgotten() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(udp(port, "a", 4_000))
                            .unchecked("a", target.config()));
            var clients = new ArrayList<UdpClient>();
            for (int i = 0; i < 400; i++) {
                clients.add(new UdpClient(port));
            }

            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < clients.size(); i++) {
                    var datagram = ("client " + i).getBytes();
                    assertThat(clients.get(i).ask(datagram)).isEqualTo(datagram);
                }
            }

            assertThat(fixture.engine.meters().sessionsOpened()).isEqualTo(400);
            assertThat(new HashSet<>(target.senders)).hasSize(400);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> fixture.engine.activeConnections() == 0);
            assertThat(fixture.engine.meters().sessionsEnded(SessionEnd.IDLE)).isEqualTo(400);
            clients.forEach(UdpClient::close);
        }
    }

    @Test
    void stoppingEndsSessions() throws Exception {
        try (var target = UdpServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, target.config()));
            try (var client = new UdpClient(port)) {
                client.askName();

                fixture.engine.close();

                assertThat(fixture.engine.activeConnections()).isZero();
                assertThat(
                                fixture.engine.meters().sessionsEnded(SessionEnd.LISTENER_REMOVED)
                                        + fixture.engine
                                                .meters()
                                                .sessionsEnded(SessionEnd.SHUTDOWN))
                        .isOne();
            }
        }
    }

    @Test
    void clientStaysWithItsTargetAndTheNextClientGetsTheNext() throws Exception {
        try (var one = UdpServer.naming();
                var two = UdpServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, one.config(), two.config()));
            var shares = new HashMap<Integer, Integer>();
            var clients = new ArrayList<UdpClient>(); // a closed one's port may be the next one's

            try {
                for (int i = 0; i < 10; i++) {
                    clients.add(new UdpClient(port));
                    int target = clients.getLast().askName();
                    assertThat(clients.getLast().askName()).isEqualTo(target);
                    shares.merge(target, 1, Integer::sum);
                }
            } finally {
                clients.forEach(UdpClient::close);
            }

            assertThat(shares).isEqualTo(Map.of(one.port(), 5, two.port(), 5));
        }
    }

    @Test
    void persistenceLooksAtTheClientsAddressAlone() throws Exception {
        try (var one = UdpServer.naming();
                var two = UdpServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.UDP, port, "a")
                            .pool(
                                    new TargetPoolConfig(
                                            "a",
                                            Balancing.MAGLEV,
                                            null,
                                            List.of(one.config(), two.config()))));
            var used = new HashSet<Integer>();

            for (int i = 1; i <= 20; i++) {
                var source = "127.0.9." + i;
                try (var client = new UdpClient(source, EngineFixture.VIP, port);
                        var again = new UdpClient(source, EngineFixture.VIP, port)) {
                    assertThat(again.askName()).isEqualTo(client.askName());
                    used.add(client.askName());
                }
            }

            assertThat(used).hasSize(2);
        }
    }

    @Test
    void silentSessionEndsAndATalkingOneStays() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(udp(port, "a", 300))
                            .unchecked("a", target.config()));

            try (var silent = new UdpClient(port);
                    var talking = new UdpClient(port)) {
                silent.ask(new byte[1]);
                await().until(() -> {
                    assertThat(talking.ask(new byte[1])).hasSize(1);
                    return fixture.engine.meters().sessionsEnded(SessionEnd.IDLE) == 1;
                });

                assertThat(fixture.engine.activeConnections()).isOne();
                await().until(() -> fixture.engine.activeConnections() == 0);
                assertThat(silent.ask(new byte[2])).hasSize(2);
                assertThat(fixture.engine.meters().sessionsOpened()).isEqualTo(3);
            }
        }
    }

    @Test
    void sessionsAreLimitedAndRefusalsCounted() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, target.config()).maxConnections(2));

            try (var one = new UdpClient(port);
                    var two = new UdpClient(port);
                    var three = new UdpClient(port)) {
                one.ask(new byte[1]);
                two.ask(new byte[1]);
                three.send(new byte[1]);

                awaitDrop(fixture, DatagramDrop.MAX_CONNECTIONS);
                assertThat(one.ask(new byte[1])).hasSize(1);
                assertThat(fixture.engine.activeConnections()).isEqualTo(2);
            }
        }
    }

    @Test
    void clientOutsideTheAllowedRangesIsDroppedAndCountedAlsoWhenTheyChange() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, target.config()).sources("127.0.9.0/24"));

            try (var inside = new UdpClient("127.0.9.1", EngineFixture.VIP, port);
                    var outside = new UdpClient("127.0.8.1", EngineFixture.VIP, port)) {
                assertThat(inside.ask(new byte[1])).hasSize(1);
                outside.send(new byte[1]);
                awaitDrop(fixture, DatagramDrop.SOURCE_RANGE);

                fixture.serve(udp(2, port, target.config()).sources("127.0.8.0/24"));

                assertThat(outside.ask(new byte[1])).hasSize(1);
                inside.send(new byte[1]);
                await().until(() ->
                        fixture.engine.meters().sessionsEnded(SessionEnd.SOURCE_RANGE) == 1);
                assertThat(fixture.engine.meters().datagramsDropped(DatagramDrop.SOURCE_RANGE))
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void withoutAHealthyTargetDatagramsAreDroppedAndCounted() throws Exception {
        try (var target = UdpServer.naming();
                var probed = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            int probedPort = probed.port();
            probed.close();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.UDP, port, "a")
                            .pool("a", probing(probedPort), target.config()));

            try (var client = new UdpClient(port)) {
                client.send(new byte[1]);
                awaitDrop(fixture, DatagramDrop.NO_HEALTHY_TARGET);
                assertThat(fixture.engine.activeConnections()).isZero();

                try (var again = TargetServer.on(probedPort, TargetServer.ECHO)) {
                    assertThat(again.port()).isEqualTo(probedPort);
                    await().until(() -> fixture.states().contains(State.HEALTHY));
                    assertThat(client.askName()).isEqualTo(target.port());
                }
                await().until(() -> fixture.states().contains(State.UNHEALTHY));
                client.send(new byte[1]);
                await().until(() ->
                        fixture.engine.meters().datagramsDropped(DatagramDrop.NO_HEALTHY_TARGET)
                                == 2);
            }
        }
    }

    @Test
    void sessionLeavesATargetThatIsNotThere() throws Exception {
        try (var alive = UdpServer.naming();
                var fixture = EngineFixture.active()) {
            var dead = UdpServer.naming();
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, dead.config(), alive.config()));

            try (var client = new UdpClient(port)) {
                assertThat(client.askName()).isEqualTo(dead.port());
                dead.close();

                assertThat(client.askName()).isEqualTo(alive.port());
                assertThat(client.askName()).isEqualTo(alive.port());
            }
            assertThat(fixture.engine.meters().datagramsDropped(DatagramDrop.TARGET_UNREACHABLE))
                    .isOne();
            assertThat(fixture.engine.meters().sessionsOpened()).isOne();
        }
    }

    @Test
    void onlyTargetIsTriedAgainWhenItIsBack() throws Exception {
        try (var fixture = EngineFixture.active()) {
            var target = UdpServer.naming();
            int targetPort = target.port();
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, target.config()));

            try (var client = new UdpClient(port)) {
                assertThat(client.askName()).isEqualTo(targetPort);
                target.close();
                await().until(() -> {
                    client.send(new byte[1]); // until the socket is closed indeed
                    return fixture.engine.meters().datagramsDropped(DatagramDrop.TARGET_UNREACHABLE)
                            > 0;
                });

                try (var back = UdpServer.naming(targetPort)) {
                    assertThat(client.askName()).isEqualTo(back.port());
                }
            }
        }
    }

    @Test
    void sessionsOfATargetThatLeavesMoveAndTheOthersStayAsTheyAre() throws Exception {
        try (var leaves = UdpServer.naming();
                var stays = UdpServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(udp(1, port, leaves.config(), stays.config()));

            try (var one = new UdpClient(port);
                    var two = new UdpClient(port)) {
                var mover = one.askName() == leaves.port() ? one : two;
                var other = mover == one ? two : one;
                assertThat(other.askName()).isEqualTo(stays.port());
                mover.askName();
                var senders = new HashSet<>(stays.senders);

                fixture.serve(udp(2, port, stays.config()));

                assertThat(other.askName()).isEqualTo(stays.port());
                assertThat(stays.senders).allMatch(senders::contains); // by the same socket
                assertThat(mover.askName()).isEqualTo(stays.port());
                assertThat(fixture.engine.meters().sessionsOpened()).isEqualTo(2);
                assertThat(fixture.engine.targetMeters())
                        .filteredOn(TargetMeter::draining)
                        .isEmpty();
            }
        }
    }

    @Test
    void sessionsOfAnUnhealthyTargetMove() throws Exception {
        // Each target's TCP port of the same number says whether it is well.
        try (var wellOne = TargetServer.echo();
                var wellTwo = TargetServer.echo();
                var one = UdpServer.naming(wellOne.port());
                var two = UdpServer.naming(wellTwo.port());
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.UDP, port, "a")
                            .pool("a", one.config(), two.config()));

            try (var client = new UdpClient(port)) {
                int first = client.askName();
                (first == wellOne.port() ? wellOne : wellTwo).close();
                await().until(() -> fixture.states().contains(State.UNHEALTHY));

                assertThat(client.askName()).isNotEqualTo(first);
                assertThat(fixture.engine.meters().sessionsOpened()).isOne();
            }
        }
    }

    @Test
    void removedListenerEndsItsSessionsAndNoOthers() throws Exception {
        try (var target = UdpServer.naming();
                var fixture = EngineFixture.active()) {
            int stays = EngineFixture.freePort();
            int goes = EngineFixture.freePort();
            fixture.serve(udp(1, stays, target.config()).listener(Protocol.UDP, goes, "a"));

            try (var untouched = new UdpClient(stays);
                    var ended = new UdpClient(goes)) {
                untouched.askName();
                ended.askName();
                fixture.serve(udp(2, stays, target.config()));

                await().until(() ->
                        fixture.engine.meters().sessionsEnded(SessionEnd.LISTENER_REMOVED) == 1);
                assertThat(untouched.askName()).isEqualTo(target.port());
                assertThat(fixture.engine.activeConnections()).isOne();
            }
        }
    }

    @Test
    void hundredsOfChangesCostNotOneDatagram() throws Exception {
        try (var target = UdpServer.echo();
                var other = UdpServer.echo();
                var fixture = EngineFixture.active();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = EngineFixture.freePort();
            int second = EngineFixture.freePort();
            fixture.serve(udp(1, port, target.config()));
            var done = new AtomicBoolean();

            var traffic =
                    threads.submit(() -> {
                        try (var client = new UdpClient(port)) {
                            int datagrams = 0;
                            while (!done.get()) {
                                assertThat(client.ask(new byte[++datagrams % 1_000])).isNotNull();
                            }
                            return datagrams;
                        }
                    });
            for (int revision = 2; revision <= 200; revision++) {
                var config =
                        revision % 2 == 0
                                ? udp(revision, port, target.config(), other.config())
                                        .listener(Protocol.UDP, second, "a")
                                : udp(revision, port, target.config());
                assertThat(fixture.apply(config)).isInstanceOf(ApplyOutcome.Applied.class);
            }
            done.set(true);

            assertThat(traffic.get()).isPositive();
            assertThat(fixture.engine.meters().sessionsOpened()).isOne();
            assertThat(new HashSet<>(target.senders)).hasSize(1);
        }
    }

    @Test
    void tcpAndUdpShareAPortNumber() throws Exception {
        try (var datagrams = UdpServer.naming();
                var streams = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.UDP, port, "udp")
                            .listener(Protocol.TCP, port, "tcp")
                            .unchecked("udp", datagrams.config())
                            .unchecked("tcp", streams.config()));

            try (var client = new UdpClient(port)) {
                assertThat(client.askName()).isEqualTo(datagrams.port());
            }
            assertThat(EngineFixture.ask(port)).isEqualTo(streams.port());
        }
    }

    @Test
    void addressHeldByAStrangerIsRefused() throws Exception {
        try (var fixture = EngineFixture.active();
                var stranger =
                        new DatagramSocket(
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(EngineFixture.VIP), 0))) {
            int held = stranger.getLocalPort();

            var outcome =
                    fixture.apply(
                            Configs.revision(1)
                                    .listener(Protocol.TCP, held, "a")
                                    .listener(Protocol.UDP, held, "a")
                                    .unchecked("a"));

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            ApplyOutcome.Refused.class,
                            refused -> {
                                assertThat(refused.refusal().code())
                                        .isEqualTo(Refusal.ADDRESS_IN_USE);
                                assertThat(refused.refusal().path()).isEqualTo("/listeners/1/port");
                                assertThat(refused.refusal().detail())
                                        .isEqualTo(
                                                EngineFixture.VIP
                                                        + " UDP port "
                                                        + held
                                                        + " is held by another process.");
                            });
        }
    }

    private static void awaitDrop(EngineFixture fixture, DatagramDrop reason) {
        await().until(() -> fixture.engine.meters().datagramsDropped(reason) == 1);
    }

    private static HealthCheckConfig probing(int port) {
        return new HealthCheckConfig(50, 0, 500, 1, 1, port, null);
    }

    private static ListenerConfig udp(int port, String pool, long idleMillis) {
        return new ListenerConfig("udp", Protocol.UDP, port, pool, idleMillis, List.of());
    }

    private static Configs udp(long revision, int port, TargetConfig... targets) {
        return Configs.revision(revision).listener(Protocol.UDP, port, "a").unchecked("a", targets);
    }
}
