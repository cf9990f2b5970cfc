package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;
import dev.plimsoll.agent.engine.FlowRecord.Outcome;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FlowSearchTest {

    /** Of all that has ended. */
    private static FlowRecord only(EngineFixture fixture) {
        await().until(() -> fixture.engine.flows().recorded() >= 1);
        var records = fixture.engine.flows().after(0, 100).records();
        assertThat(records).hasSize(1);
        return records.getFirst();
    }

    private static InetSocketAddress address(Socket client) {
        return (InetSocketAddress) client.getLocalSocketAddress();
    }

    @Test
    void openConnectionsAreFoundByWhatIsAskedFor() throws Exception {
        try (var one = TargetServer.echo();
                var other = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int first = EngineFixture.freePort();
            int second = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(first, "a")
                            .listener(second, "b")
                            .unchecked("a", one.config())
                            .unchecked("b", other.config()));
            try (var a = echoed(first);
                    var b = echoed(second);
                    var c = echoed(second)) {
                var search = fixture.engine.flowSearch();

                assertThat(search.open(FlowQuery.all(10)).records())
                        .extracting(FlowRecord::client)
                        .containsExactlyInAnyOrder(address(a), address(b), address(c));
                assertThat(search.open(ofTarget(other.config())).records())
                        .extracting(FlowRecord::client)
                        .containsExactlyInAnyOrder(address(b), address(c));
                assertThat(search.open(ofClients("192.0.2.0/24")).total()).isZero();
                assertThat(search.open(ofClients("127.0.0.0/8")).total()).isEqualTo(3);
                assertThat(search.open(FlowQuery.all(10)).records())
                        .allSatisfy(open -> {
                            assertThat(open.outcome()).isEqualTo(Outcome.OPEN);
                            assertThat(open.bytesToTarget()).isEqualTo(1);
                            assertThat(open.endedEpochMillis()).isZero();
                        });
            }
        }
    }

    @Test
    void openConnectionsComeInPagesTheNewestFirst() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").unchecked("a", target.config()));
            try (var _ = echoed(port);
                    var _ = echoed(port);
                    var _ = echoed(port);
                    var _ = echoed(port);
                    var _ = echoed(port)) {
                var search = fixture.engine.flowSearch();
                var all = search.open(FlowQuery.all(10)).records();

                var first = search.open(FlowQuery.all(2));
                var last = first.records().getLast();
                var rest =
                        search.open(
                                new FlowQuery(
                                        null,
                                        null,
                                        0,
                                        null,
                                        0,
                                        new FlowQuery.Place(
                                                last.acceptedEpochMillis(), last.id().toString()),
                                        10));

                assertThat(first.total()).isEqualTo(5);
                assertThat(first.records()).isEqualTo(all.subList(0, 2));
                assertThat(rest.records()).isEqualTo(all.subList(2, 5));
                assertThat(all)
                        .extracting(FlowRecord::acceptedEpochMillis)
                        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
            }
        }
    }

    @Test
    void connectionThatIsOrderedToEndIsResetOnBothSides() throws Exception {
        try (var target = TargetServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(Configs.revision(1).listener(port, "a").unchecked("a", target.config()));
            try (var client = echoed(port)) {
                var search = fixture.engine.flowSearch();
                var id = search.open(FlowQuery.all(1)).records().getFirst().id();

                assertThat(search.close(id)).isTrue();

                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
                assertThat(target.failure())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
                assertThat(search.close(id)).isFalse();
                assertThat(search.close(UUID.randomUUID())).isFalse();
                var record = only(fixture);
                assertThat(record.id()).isEqualTo(id);
                assertThat(record.closedBy()).isEqualTo(ClosedBy.AGENT);
                assertThat(record.end()).isEqualTo(CloseCause.ORDERED);
                assertThat(search.ended(ofTarget(target.config())).records())
                        .containsExactly(record);
            }
        }
    }

    @Test
    void sessionThatIsOrderedToEndIsForgotten() throws Exception {
        try (var target = UdpServer.echo();
                var fixture = EngineFixture.active()) {
            int port = EngineFixture.freePort();
            fixture.serve(
                    Configs.revision(1)
                            .listener(Protocol.UDP, port, "a")
                            .unchecked("a", target.config()));
            try (var client = new UdpClient(port)) {
                client.ask(new byte[1]);
                var search = fixture.engine.flowSearch();
                var id = search.open(FlowQuery.all(1)).records().getFirst().id();

                assertThat(search.close(id)).isTrue();

                assertThat(only(fixture).end()).isEqualTo(SessionEnd.ORDERED);
                assertThat(client.ask(new byte[2])).hasSize(2);
                assertThat(search.open(FlowQuery.all(10)).records())
                        .singleElement()
                        .satisfies(open -> assertThat(open.id()).isNotEqualTo(id));
            }
        }
    }

    private static Socket echoed(int port) throws IOException {
        var client = EngineFixture.connect(port);
        client.getOutputStream().write('!');
        assertThat(client.getInputStream().read()).isEqualTo('!');
        return client;
    }

    private static FlowQuery ofTarget(TargetConfig target) {
        return new FlowQuery(
                null, InetAddress.ofLiteral(target.ip()), target.port(), null, 0, null, 10);
    }

    private static FlowQuery ofClients(String clients) {
        return new FlowQuery(clients, null, 0, null, 0, null, 10);
    }
}
