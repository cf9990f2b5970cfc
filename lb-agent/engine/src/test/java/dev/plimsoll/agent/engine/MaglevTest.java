package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.TargetConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class MaglevTest {
    private static final UUID SEED = Configs.LOAD_BALANCER;
    private static final Target[] NONE = new Target[0];

    /** The vectors of MAGLEV.md. */
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 17496, 5731, 10.0.0.12",
        "192.0.2.2, 26484, 63799, 10.0.0.12",
        "192.0.2.5, 8887, 35130, 10.0.0.11",
        "2001:db8:ffff::2, 29347, 57754, fd00::11"
    })
    void publishedVectorsHold(String client, int slot, int step, String target) {
        var table =
                Maglev.of(
                        SEED,
                        List.of(
                                target("fd00::11", 8080),
                                target("10.0.0.11", 8080),
                                target("10.0.0.12", 8080)),
                        null);

        var address = InetAddress.ofLiteral(client);
        assertThat(table.slot(address.getAddress())).isEqualTo(slot);
        assertThat(table.step(address.getAddress())).isEqualTo(step);
        assertThat(table.pick(address, NONE, 0).key().target().ip()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 50, 250})
    void everyTargetHasItsShareToOneSlotAndTheOrderOfInputIsNothing(int n) {
        var targets = targets(n);
        var table = Maglev.of(SEED, targets, null);
        var shuffled = new ArrayList<>(targets);
        Collections.shuffle(shuffled, new Random(1));
        var other = Maglev.of(SEED, shuffled, null);

        var shares = new HashMap<Target, Integer>();
        for (int slot = 0; slot < Maglev.SLOTS; slot++) {
            shares.merge(table.at(slot), 1, Integer::sum);
            assertThat(other.at(slot)).isSameAs(table.at(slot));
        }

        assertThat(shares).hasSize(n);
        assertThat(Collections.max(shares.values()) - Collections.min(shares.values()))
                .isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 50, 250})
    void targetThatIsRemovedMovesItsOwnClientsAndAtMostOnePercentOfTheOthers(int n) {
        var targets = targets(n);
        var before = Maglev.of(SEED, targets, null);
        for (int removed : new int[] {0, n / 2, n - 1}) {
            var rest = new ArrayList<>(targets);
            var gone = rest.remove(removed);
            var after = Maglev.of(SEED, rest, null);

            long moved =
                    IntStream.range(0, Maglev.SLOTS)
                            .filter(slot -> before.at(slot) != gone)
                            .filter(slot -> after.at(slot) != before.at(slot))
                            .count();

            assertThat(moved).isLessThanOrEqualTo(Maglev.SLOTS / 100);
        }
    }

    @Test
    void unhealthyTargetMovesItsOwnClientsOnlyAndSpreadsThem() {
        var targets = targets(10);
        var table = Maglev.of(SEED, targets, null);
        var dead = targets.get(4);
        dead.become(State.UNHEALTHY, Reason.REFUSED, "Dead.");
        var heirs = new HashMap<Target, Integer>();

        for (var client : clients(20_000)) {
            var own = table.at(table.slot(client.getAddress()));
            var now = table.pick(client, NONE, 0);
            if (own == dead) {
                heirs.merge(now, 1, Integer::sum);
            } else {
                assertThat(now).isSameAs(own);
            }
        }

        assertThat(heirs).hasSize(9).doesNotContainKey(dead);
        assertThat(heirs.values()).allSatisfy(n -> assertThat(n).isBetween(150, 300));
    }

    @Test
    void clientIsFoundForAsLongAsOneTargetIsHealthy() {
        var targets = targets(250);
        var table = Maglev.of(SEED, targets, null);
        targets.subList(1, 250)
                .forEach(target -> target.become(State.UNHEALTHY, Reason.REFUSED, "Dead."));

        assertThat(clients(1_000))
                .allSatisfy(client ->
                        assertThat(table.pick(client, NONE, 0)).isSameAs(targets.getFirst()));

        targets.getFirst().become(State.UNHEALTHY, Reason.REFUSED, "Dead.");
        assertThat(table.pick(clients(1).getFirst(), NONE, 0)).isNull();
    }

    @Test
    void tableWithoutTargetsPicksNone() {
        assertThat(Maglev.of(SEED, List.of(), null).pick(clients(1).getFirst(), NONE, 0)).isNull();
    }

    @Test
    void loadBalancersDiffer() {
        var targets = targets(10);
        var one = Maglev.of(SEED, targets, null);
        var two = Maglev.of(new UUID(1, 2), targets, null);

        assertThat(
                        IntStream.range(0, Maglev.SLOTS)
                                .filter(slot -> one.at(slot) == two.at(slot))
                                .count())
                .isBetween(Maglev.SLOTS / 20L, Maglev.SLOTS / 7L);
    }

    @Test
    void tableIsKeptWhereTheAddressesAreTheSame() {
        var before = Maglev.of(SEED, targets(10), null);
        var sameAddresses = targets(10);
        var after = Maglev.of(SEED, sameAddresses, before);

        for (int slot = 0; slot < Maglev.SLOTS; slot++) {
            assertThat(after.at(slot).address()).isEqualTo(before.at(slot).address());
            assertThat(sameAddresses).contains(after.at(slot));
        }
    }

    @Test
    void clientStaysWithItsTargetOnBothAgents() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var three = TargetServer.naming();
                var active = EngineFixture.active();
                var peer = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            int other = EngineFixture.freePort();
            active.serve(persistent(1, port, one.config(), two.config(), three.config()));
            peer.serve(persistent(9, other, three.config(), one.config(), two.config()));
            var used = new HashSet<Integer>();

            for (int i = 1; i <= 40; i++) {
                var source = "127.0.9." + i;
                int target = ask(source, port);
                used.add(target);
                assertThat(ask(source, port)).isEqualTo(target);
                assertThat(ask(source, other)).isEqualTo(target);
            }

            assertThat(used).hasSize(3);
        }
    }

    @Test
    void clientOfADeadTargetGoesToAnotherAndComesBack() throws Exception {
        try (var one = TargetServer.naming();
                var two = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(persistent(1, port, one.config(), two.config()));
            int own = ask("127.0.9.1", port);
            var dead = own == one.port() ? one : two;

            dead.close();
            await().until(() -> fixture.states().contains(State.UNHEALTHY));
            assertThat(ask("127.0.9.1", port)).isNotEqualTo(own);

            try (var again = TargetServer.on(own, TargetServer.NAMING)) {
                await().until(() -> !fixture.states().contains(State.UNHEALTHY));
                assertThat(ask("127.0.9.1", port)).isEqualTo(again.port());
            }
        }
    }

    @Test
    void failedConnectGoesToAnotherTargetAlsoWithPersistence() throws Exception {
        try (var alive = TargetServer.naming();
                var fixture = EngineFixture.active()) {
            var dead = TargetServer.naming();
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(port, "a")
                            .pool(
                                    new TargetPoolConfig(
                                            "a",
                                            Balancing.MAGLEV,
                                            null,
                                            List.of(dead.config(), alive.config()))));
            dead.close();

            for (int i = 1; i <= 20; i++) {
                assertThat(ask("127.0.9." + i, port)).isEqualTo(alive.port());
            }

            assertThat(fixture.engine.meters().connectFailures(Reason.REFUSED)).isBetween(2L, 18L);
        }
    }

    private static Configs persistent(long revision, int port, TargetConfig... targets) {
        return Configs.revision(revision)
                .listener(port, "a")
                .pool(new TargetPoolConfig("a", Balancing.MAGLEV, Configs.QUICK, List.of(targets)));
    }

    private static int ask(String source, int port) throws IOException {
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
            socket.connect(new InetSocketAddress(EngineFixture.VIP, port));
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write('?');
            return Integer.parseInt(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                            .strip());
        }
    }

    private static List<Target> targets(int n) {
        return IntStream.range(0, n).mapToObj(i -> target("10.0.0." + (i + 1), 80)).toList();
    }

    private static Target target(String ip, int port) {
        return new Target(new Target.Key("a", new TargetConfig(ip, port), null, false));
    }

    private static List<InetAddress> clients(int n) {
        return IntStream.range(0, n)
                .mapToObj(i -> InetAddress.ofLiteral("100.64." + (i >> 8) + "." + (i & 0xff)))
                .toList();
    }
}
