package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.ChangeEffect;
import dev.plimsoll.agent.protocol.ChangeEffect.Fate;
import dev.plimsoll.agent.protocol.HeaderReception;
import dev.plimsoll.agent.protocol.HeaderReception.Outcome;
import dev.plimsoll.agent.protocol.ListenerConfig;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import dev.plimsoll.agent.protocol.TargetPoolConfig;
import dev.plimsoll.agent.protocol.TargetPoolConfig.Balancing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of change is rehearsed, then made: what was told is what happens. */
@Timeout(60)
class RehearsalTest {
    private static final int TRIES = 50;

    private TargetServer red;
    private TargetServer blue;
    private UdpServer redByUdp;
    private UdpServer blueByUdp;
    private EngineFixture fixture;
    private int tcp;
    private int udp;
    private Socket established;
    private UdpClient session;

    /** What becomes of the session, as its client sees it. */
    private enum Seen {
        GOES_ON,
        MOVED,
        CLOSED
    }

    /** One difference to what is served before, and what is told of it. */
    private enum Deed {
        NOTHING(),
        NAME("CHANGED /listeners/0/name STAYS 0"),
        TCP_IDLE_TIMEOUT("CHANGED /listeners/0/idleTimeoutMillis NEW_ONLY 1"),
        UDP_IDLE_TIMEOUT("CHANGED /listeners/1/idleTimeoutMillis STAYS 1"),
        TCP_POOL("CHANGED /listeners/0/targetPool NEW_ONLY 1"),
        UDP_POOL("CHANGED /listeners/1/targetPool MOVES 1"),
        PROXY("CHANGED /listeners/0/protocol NEW_ONLY 1"),
        TCP_LISTENER_GONE("REMOVED /listeners/0 DRAINS 1"),
        UDP_LISTENER_GONE("REMOVED /listeners/1 CLOSES 1"),
        LISTENER_MORE("ADDED /listeners/2 NEW_ONLY 0"),
        TCP_TARGET(
                "ADDED /targetPools/0/targets/0 NEW_ONLY 0",
                "REMOVED /targetPools/0/targets/0 DRAINS 1"),
        UDP_TARGET(
                "ADDED /targetPools/1/targets/0 NEW_ONLY 0",
                "REMOVED /targetPools/1/targets/0 DRAINS 0",
                "REMOVED /targetPools/1/targets/0 MOVES 1"),
        TARGET_MORE("ADDED /targetPools/0/targets/1 NEW_ONLY 0"),
        HEALTH_CHECK("CHANGED /targetPools/0/healthCheck NEW_ONLY 1"),
        BALANCING("CHANGED /targetPools/0/balancing NEW_ONLY 1"),
        POOL_GONE("REMOVED /targetPools/2 DRAINS 0"),
        POOL_MORE("ADDED /targetPools/4 NEW_ONLY 0"),
        LIMIT("CHANGED /maxConnections NEW_ONLY 1"),
        SOURCES("CHANGED /allowedSourceRanges NEW_ONLY 1", "CHANGED /allowedSourceRanges CLOSES 1"),
        MORE_SOURCES("CHANGED /allowedSourceRanges NEW_ONLY 0");

        private final List<String> told;

        Deed(String... told) {
            this.told = List.of(told);
        }
    }

    @BeforeEach
    void aConnectionAndASession() throws Exception {
        red = TargetServer.echo();
        blue = TargetServer.naming();
        redByUdp = UdpServer.naming();
        blueByUdp = UdpServer.naming();
        tcp = EngineFixture.freePort();
        udp = EngineFixture.freePort();
        fixture = EngineFixture.active().serve(with(1, Deed.NOTHING));
        established = EngineFixture.connect(tcp);
        assertThat(echoes(established)).isTrue();
        session = new UdpClient(udp);
        assertThat(session.askName()).isEqualTo(redByUdp.port());
    }

    @AfterEach
    void everythingEnds() throws Exception {
        session.close();
        established.close();
        fixture.close();
        red.close();
        blue.close();
        redByUdp.close();
        blueByUdp.close();
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void whatIsToldIsWhatHappens(Deed deed) throws Exception {
        var next = with(2, deed);

        var told = fixture.engine.rehearse(next.build());

        assertThat(told.refusal()).isNull();
        assertThat(told.established()).isEqualTo(2);
        assertThat(told.generation()).isOne();
        assertThat(told.effects().stream().map(RehearsalTest::words))
                .containsExactlyInAnyOrderElementsOf(deed.told);

        fixture.serve(next);

        assertThat(echoes(established)).as("TCP connections outlive every change").isTrue();
        assertThat(seenOfSession()).isEqualTo(toldOfSession(told.effects()));
        assertThat(newConnectionsOf(deed)).contains(answeredOn(tcp));
    }

    @Test
    void rehearsingChangesNothing() throws Exception {
        for (var deed : Deed.values()) {
            var _ = fixture.engine.rehearse(with(2, deed).build());
        }
        var _ = fixture.engine.rehearse(null);

        assertThat(fixture.engine.applied().revision()).isOne();
        assertThat(fixture.engine.isServing()).isTrue();
        assertThat(echoes(established)).isTrue();
        assertThat(seenOfSession()).isEqualTo(Seen.GOES_ON);
        assertThat(answeredOn(tcp)).isEqualTo("red");
        assertThat(fixture.engine.drainingTargets()).isZero();
    }

    @Test
    void endClosesAll() {
        assertThat(fixture.engine.rehearse(null).effects().stream().map(RehearsalTest::words))
                .containsExactly("REMOVED  CLOSES 2");
    }

    @Test
    void shorterIdleTimeoutEndsNewConnectionsAndSessionsButNoOldConnection() throws Exception {
        fixture.serve(
                Configs.revision(2)
                        .listener(listener("tcp", Protocol.TCP, tcp, "tcp", 100))
                        .listener(listener("udp", Protocol.UDP, udp, "udp", 100))
                        .pool("tcp", red.config())
                        .unchecked("udp", redByUdp.config()));
        assertThat(session.askName()).isEqualTo(redByUdp.port());
        try (var later = EngineFixture.connect(tcp)) {
            assertThat(echoes(later)).isTrue();
            assertThat(later.getInputStream().read()).as("ended by its idle timeout").isNegative();
        }
        await().until(() -> fixture.engine.meters().sessionsEnded(SessionEnd.IDLE) == 1);
        assertThat(echoes(established)).isTrue();
    }

    @Test
    void targetThatDoesNotUnderstandAHeaderIsFoundBeforeItGetsOne() {
        var told = fixture.engine.rehearse(with(2, Deed.PROXY).build());

        assertThat(told.headers())
                .containsExactly(new HeaderReception("/targetPools/0/targets/0", Outcome.MISREAD));
    }

    @Test
    void portOfSomebodyElseIsFoundWithoutTakingIt() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral(EngineFixture.VIP))) {
            var told =
                    fixture.engine.rehearse(
                            with(2, Deed.NOTHING).listener(other.getLocalPort(), "tcp").build());

            assertThat(told.refusal().code()).isEqualTo(Refusal.ADDRESS_IN_USE);
            assertThat(told.refusal().path()).isEqualTo("/listeners/2/port");
        }
    }

    @Test
    void brokenDocumentIsRefusedInARehearsalAsForReal() {
        var broken = Configs.revision(2).listener(tcp, "nowhere").build();

        var told = fixture.engine.rehearse(broken);

        assertThat(told.refusal()).isEqualTo(ConfigCheck.of(broken));
        assertThat(told.effects()).isEmpty();
    }

    private Configs with(long revision, Deed deed) {
        var configs = Configs.revision(revision);
        if (deed != Deed.TCP_LISTENER_GONE) {
            configs.listener(
                    listener(
                            deed == Deed.NAME ? "other name" : "tcp",
                            deed == Deed.PROXY ? Protocol.TCP_PROXY : Protocol.TCP,
                            tcp,
                            deed == Deed.TCP_POOL ? "spare" : "tcp",
                            deed == Deed.TCP_IDLE_TIMEOUT ? 50_000 : 60_000));
        }
        if (deed != Deed.UDP_LISTENER_GONE) {
            configs.listener(
                    listener(
                            "udp",
                            Protocol.UDP,
                            udp,
                            deed == Deed.UDP_POOL ? "udp-spare" : "udp",
                            deed == Deed.UDP_IDLE_TIMEOUT ? 50_000 : 60_000));
        }
        if (deed == Deed.LISTENER_MORE) {
            configs.listener(udp, "tcp"); // free for TCP
        }
        pools(configs, deed);
        return switch (deed) {
            case LIMIT -> configs.maxConnections(1);
            case SOURCES -> configs.sources("10.0.0.0/8");
            case MORE_SOURCES -> configs.sources("0.0.0.0/0");
            default -> configs;
        };
    }

    private void pools(Configs configs, Deed deed) {
        var targets =
                switch (deed) {
                    case TCP_TARGET -> List.of(blue.config());
                    case TARGET_MORE -> List.of(red.config(), blue.config());
                    default -> List.of(red.config());
                };
        configs.pool(
                        new TargetPoolConfig(
                                "tcp",
                                deed == Deed.BALANCING ? Balancing.MAGLEV : Balancing.ROUND_ROBIN,
                                deed == Deed.HEALTH_CHECK ? Configs.check(70, 1, 1) : Configs.QUICK,
                                targets))
                .unchecked("udp", (deed == Deed.UDP_TARGET ? blueByUdp : redByUdp).config());
        if (deed != Deed.POOL_GONE) {
            configs.pool("spare", blue.config());
        }
        configs.unchecked("udp-spare", blueByUdp.config());
        if (deed == Deed.POOL_MORE) {
            configs.pool("more", blue.config());
        }
    }

    private static ListenerConfig listener(
            String name, Protocol protocol, int port, String pool, long idleMillis) {
        return new ListenerConfig(name, protocol, port, pool, idleMillis, List.of());
    }

    private static String words(ChangeEffect effect) {
        return "%s %s %s %d"
                .formatted(effect.event(), effect.path(), effect.fate(), effect.connections());
    }

    private static Seen toldOfSession(List<ChangeEffect> effects) {
        var fates =
                effects.stream()
                        .filter(effect -> effect.connections() > 0)
                        .map(ChangeEffect::fate)
                        .collect(Collectors.toSet());
        if (fates.contains(Fate.CLOSES)) {
            return Seen.CLOSED;
        }
        return fates.contains(Fate.MOVES) ? Seen.MOVED : Seen.GOES_ON;
    }

    private Seen seenOfSession() throws IOException {
        var meters = fixture.engine.meters();
        for (int i = 0; i < TRIES; i++) {
            session.send(new byte[] {'?'});
            var answer = session.receive(200);
            if (meters.sessionsEnded(SessionEnd.LISTENER_REMOVED)
                            + meters.sessionsEnded(SessionEnd.SOURCE_RANGE)
                    > 0) {
                return Seen.CLOSED;
            }
            if (answer != null) {
                return blueByUdp.senders.isEmpty() && Set.copyOf(redByUdp.senders).size() == 1
                        ? Seen.GOES_ON
                        : Seen.MOVED;
            }
        }
        throw new AssertionError("Neither an answer nor an end");
    }

    /** Where a new connection goes after this. */
    private static String newConnectionsOf(Deed deed) {
        return switch (deed) {
            case TCP_LISTENER_GONE, SOURCES, LIMIT -> "nobody";
            case TCP_TARGET, TCP_POOL -> "blue";
            case TARGET_MORE -> "red or blue";
            default -> "red";
        };
    }

    private String answeredOn(int port) {
        try (var client = EngineFixture.connect(port)) {
            client.getOutputStream().write('?');
            int first = client.getInputStream().read();
            return first < 0 ? "nobody" : Character.isDigit(first) ? "blue" : "red";
        } catch (IOException refused) {
            return "nobody";
        }
    }

    private static boolean echoes(Socket socket) throws IOException {
        socket.getOutputStream().write('!');
        return socket.getInputStream().read() == '!';
    }
}
