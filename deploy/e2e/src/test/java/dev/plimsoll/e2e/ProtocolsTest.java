package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.client.ApiException;
import dev.plimsoll.client.model.Connection;
import dev.plimsoll.client.model.Connection.CauseEnum;
import dev.plimsoll.client.model.CreateForwardingRulePayload;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.ForwardingRuleMember;
import dev.plimsoll.client.model.Listener;
import dev.plimsoll.client.model.Listener.ProtocolEnum;
import dev.plimsoll.client.model.LoadBalancer;
import dev.plimsoll.client.model.LoadBalancerError;
import dev.plimsoll.client.model.LoadBalancerOptions;
import dev.plimsoll.client.model.LoadbalancerOptionAccessControl;
import dev.plimsoll.client.model.OptionsTCP;
import dev.plimsoll.client.model.OptionsUDP;
import dev.plimsoll.client.model.ServerNameIndicator;
import dev.plimsoll.client.model.SessionPersistence;
import dev.plimsoll.client.model.Target;
import dev.plimsoll.client.model.TargetPool;
import dev.plimsoll.client.model.UpdateForwardingRulePayload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of listener does, from the order to the bytes, with the agents that serve it. */
class ProtocolsTest {
    private static final Duration PATIENCE = Installation.PATIENCE;
    private static final int PORT = Tenant.LISTENER_PORT;
    private static final int OTHER_PORT = PORT + 1;
    private static final int TARGET_PORT = 9791;
    private static final String CLIENT = "127.0.7.1";
    private static final String FIXED_VIP = "127.0.0.98";

    @TempDir static Path folder;
    private static Installation installation;
    private static Tenant tenant;

    private HelloTarget red;
    private HelloTarget blue;
    private String name;

    @BeforeAll
    static void up() throws Exception {
        installation = new Installation(folder.resolve("data"));
        installation.up();
        tenant = new Tenant(installation);
    }

    @AfterAll
    static void down() throws Exception {
        installation.close();
    }

    @BeforeEach
    void targetsListen(TestInfo test) throws IOException {
        name = "of-" + test.getTestMethod().orElseThrow().getName().toLowerCase().substring(0, 12);
        red = HelloTarget.start("127.0.0.43", TARGET_PORT, "red");
        blue = HelloTarget.start("127.0.0.44", TARGET_PORT, "blue");
    }

    @AfterEach
    void everythingLeaves() throws Exception {
        red.close();
        blue.close();
        tenant.deleteAndWait(name);
    }

    @Test
    void tcpProxyTellsTheTargetTheClientsAddress() throws Exception {
        try (var target = HeaderTarget.start("127.0.0.45")) {
            var vip =
                    served(
                            ephemeral()
                                    .addListenersItem(
                                            listener(ProtocolEnum.PROTOCOL_TCP_PROXY, "proxied"))
                                    .addTargetPoolsItem(
                                            pool("proxied", target.port(), target.address())));

            await().atMost(PATIENCE).until(() -> servesFrom(CLIENT, vip));
            try (var caller = Caller.connectFrom(CLIENT, vip, PORT)) {
                assertThat(caller.echo(HeaderTarget.QUESTION)).isEqualTo(caller.source());
            }
        }
    }

    @Test
    void serverNamesShareAPortAndEachReachesItsOwnTarget() throws Exception {
        var certificate = TestCertificate.make(folder, "targets");
        var sockets = certificate.server().getServerSocketFactory();
        try (var one = HelloTarget.start("127.0.0.46", 0, "one", sockets);
                var two = HelloTarget.start("127.0.0.46", 0, "two", sockets);
                var rest = HelloTarget.start("127.0.0.46", 0, "rest", sockets)) {
            var vip =
                    served(
                            ephemeral()
                                    .addListenersItem(tls("one", "one.test"))
                                    .addListenersItem(tls("two", "Two.test", "*.two.test"))
                                    .addListenersItem(tls("rest"))
                                    .addListenersItem(tls("one", "one.test").port(OTHER_PORT))
                                    .addTargetPoolsItem(pool("one", one.port(), one.address()))
                                    .addTargetPoolsItem(pool("two", two.port(), two.address()))
                                    .addTargetPoolsItem(pool("rest", rest.port(), rest.address())));

            assertThat(nameByTls(certificate, "one.test", vip, PORT)).isEqualTo("one");
            assertThat(nameByTls(certificate, "two.test", vip, PORT)).isEqualTo("two");
            assertThat(nameByTls(certificate, "a.two.test", vip, PORT)).isEqualTo("two");
            assertThat(nameByTls(certificate, "unknown.test", vip, PORT)).isEqualTo("rest");
            assertThat(nameByTls(certificate, "one.test", vip, OTHER_PORT)).isEqualTo("one");
            assertThatThrownBy(() -> nameByTls(certificate, "unknown.test", vip, OTHER_PORT))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void datagramsGoThereAndBackBesideTcpOnTheSamePort() throws Exception {
        try (var _ = DatagramTarget.start("127.0.0.43", TARGET_PORT, "red by UDP")) {
            var vip =
                    served(
                            ephemeral()
                                    .addListenersItem(
                                            listener(ProtocolEnum.PROTOCOL_UDP, "datagrams"))
                                    .addListenersItem(
                                            listener(ProtocolEnum.PROTOCOL_TCP, "streams"))
                                    .addTargetPoolsItem(
                                            pool("datagrams", TARGET_PORT, red.address())
                                                    .activeHealthCheck(null))
                                    .addTargetPoolsItem(
                                            pool("streams", TARGET_PORT, blue.address())));

            try (var caller = DatagramCaller.connect(CLIENT, vip, PORT)) {
                assertThat(caller.nameOfTarget("first")).isEqualTo("red by UDP");
                assertThat(caller.nameOfTarget("second")).isEqualTo("red by UDP");
            }
            assertThat(Caller.nameOfTargetFrom(CLIENT, vip, PORT)).isEqualTo("blue");
        }
    }

    @Test
    void aSourceKeepsItsTargetByUdpToo() throws Exception {
        try (var _ = DatagramTarget.start("127.0.0.43", TARGET_PORT, "red");
                var _ = DatagramTarget.start("127.0.0.44", TARGET_PORT, "blue")) {
            var vip =
                    served(
                            ephemeral()
                                    .addListenersItem(listener(ProtocolEnum.PROTOCOL_UDP, "both"))
                                    .addTargetPoolsItem(
                                            persistent("both").activeHealthCheck(null)));

            assertEachSourceKeepsItsTarget(source -> {
                try (var caller = DatagramCaller.connect(source, vip, PORT)) {
                    return caller.nameOfTarget("who are you?");
                }
            });
        }
    }

    @Test
    void sourcesKeepTheirTargetOverManyConnections() throws Exception {
        var vip =
                served(
                        ephemeral()
                                .addListenersItem(listener(ProtocolEnum.PROTOCOL_TCP, "both"))
                                .addTargetPoolsItem(persistent("both")));
        await().atMost(PATIENCE)
                .until(() ->
                        namesOf(20, i -> Caller.nameOfTargetFrom("127.0.7." + i, vip, PORT))
                                .equals(Set.of("red", "blue")));

        assertEachSourceKeepsItsTarget(source -> Caller.nameOfTargetFrom(source, vip, PORT));
    }

    @Test
    void withoutPersistenceOneSourceSeesEveryTarget() throws Exception {
        var vip =
                served(
                        ephemeral()
                                .addListenersItem(listener(ProtocolEnum.PROTOCOL_TCP, "both"))
                                .addTargetPoolsItem(
                                        pool("both", TARGET_PORT, red.address(), blue.address())));

        await().atMost(PATIENCE)
                .until(() ->
                        namesOf(4, _ -> Caller.nameOfTargetFrom(CLIENT, vip, PORT))
                                .equals(Set.of("red", "blue")));
    }

    @Test
    void forwardingRuleCarriesTrafficAndItsEditsSwitchTheHeaderOnAndOff() throws Exception {
        try (var target = HeaderTarget.start("127.0.0.45")) {
            var vip = tenant.ready(name, red).getExternalAddress();
            var members = List.of(new ForwardingRuleMember().ip(target.address()));

            tenant.addRule(
                    name,
                    new CreateForwardingRulePayload()
                            .name("extra")
                            .port(OTHER_PORT)
                            .backendPort(target.port())
                            .members(members));
            tenant.awaitReady(name);
            assertThat(heardOnRule(vip)).isEqualTo(HeaderTarget.NOBODY);

            var rule =
                    new UpdateForwardingRulePayload()
                            .port(OTHER_PORT)
                            .backendPort(target.port())
                            .members(members);
            tenant.replaceRule(name, "extra", rule.proxyProtocol(true));
            tenant.awaitReady(name);
            try (var caller = Caller.connectFrom(CLIENT, vip, OTHER_PORT)) {
                assertThat(caller.echo(HeaderTarget.QUESTION)).isEqualTo(caller.source());
            }

            tenant.replaceRule(name, "extra", rule.proxyProtocol(false));
            tenant.awaitReady(name);
            assertThat(heardOnRule(vip)).isEqualTo(HeaderTarget.NOBODY);

            tenant.deleteRule(name, "extra");
            tenant.awaitReady(name);
            assertThatThrownBy(() -> Caller.connect(vip, OTHER_PORT))
                    .isInstanceOf(IOException.class);
            assertThat(Caller.nameOfTarget(vip, PORT)).isEqualTo("red");
        }
    }

    @Test
    void onlyAllowedSourcesAreServed() throws Exception {
        var payload = ephemeral();
        payload.getOptions()
                .accessControl(
                        new LoadbalancerOptionAccessControl()
                                .addAllowedSourceRangesItem("127.0.7.99/24")
                                .addAllowedSourceRangesItem("::ffff:127.0.9.0/120")
                                .addAllowedSourceRangesItem("2001:db8::/32"));
        var vip =
                served(
                        payload.addListenersItem(listener(ProtocolEnum.PROTOCOL_TCP, "red"))
                                .addTargetPoolsItem(pool("red", TARGET_PORT, red.address())));

        assertThat(Caller.nameOfTargetFrom("127.0.7.1", vip, PORT)).isEqualTo("red");
        assertThat(Caller.nameOfTargetFrom("127.0.9.1", vip, PORT)).isEqualTo("red");
        assertThatThrownBy(() -> Caller.nameOfTargetFrom("127.0.8.1", vip, PORT))
                .isInstanceOf(IOException.class);
    }

    /** Each says "red", a line of four bytes, to whoever connects, and echoes five. */
    @Test
    void connectionsAreToldAndEndedOnDemand() throws Exception {
        try (var _ = DatagramTarget.start("127.0.0.43", TARGET_PORT, "red by UDP")) {
            var vip =
                    served(
                            ephemeral()
                                    .addListenersItem(
                                            listener(ProtocolEnum.PROTOCOL_TCP, "streams"))
                                    .addListenersItem(
                                            listener(ProtocolEnum.PROTOCOL_TCP, "nobody")
                                                    .port(OTHER_PORT))
                                    .addListenersItem(
                                            listener(ProtocolEnum.PROTOCOL_TCP, "streams")
                                                    .port(OTHER_PORT + 1)
                                                    .tcp(new OptionsTCP().idleTimeout("0.5s")))
                                    .addListenersItem(
                                            listener(ProtocolEnum.PROTOCOL_UDP, "datagrams")
                                                    .udp(new OptionsUDP().idleTimeout("0.5s")))
                                    .addTargetPoolsItem(pool("streams", TARGET_PORT, red.address()))
                                    .addTargetPoolsItem(
                                            pool("datagrams", TARGET_PORT, red.address())
                                                    .activeHealthCheck(null))
                                    .addTargetPoolsItem(pool("nobody", 1, blue.address())));
            var ended = new HashMap<Integer, CauseEnum>();
            try (var caller = Caller.connectFrom(CLIENT, vip, PORT)) {
                assertThat(caller.hear()).isEqualTo("red");
                assertThat(caller.echo("ping")).isEqualTo("ping");
                ended.put(caller.port(), CauseEnum.FIN);
            }
            try (var caller = Caller.connectFrom(CLIENT, vip, PORT)) {
                assertThat(caller.hear()).isEqualTo("red");
                caller.reset();
                ended.put(caller.port(), CauseEnum.RESET);
            }
            try (var caller = Caller.connectFrom(CLIENT, vip, OTHER_PORT + 1)) {
                assertThat(caller.hear()).isEqualTo("red");
                assertThatThrownBy(caller::hear).isInstanceOf(IOException.class);
                ended.put(caller.port(), CauseEnum.IDLE);
            }
            try (var caller = Caller.connectFrom(CLIENT, vip, OTHER_PORT)) {
                assertThatThrownBy(caller::hear).isInstanceOf(IOException.class);
                ended.put(caller.port(), CauseEnum.NO_HEALTHY_TARGET);
            }
            try (var caller = DatagramCaller.connect(CLIENT, vip, PORT)) {
                assertThat(caller.nameOfTarget("who?")).isEqualTo("red by UDP");
            }
            try (var caller = Caller.connectFrom(CLIENT, vip, PORT)) {
                assertThat(caller.hear()).isEqualTo("red");
                var id = open(caller);
                assertThat(tenant.closeConnection(name, id).getConnectionId()).isEqualTo(id);
                assertThatThrownBy(caller::hear).isInstanceOf(IOException.class);
                awaitUnknown(id);
                ended.put(caller.port(), CauseEnum.ORDERED);
            }
            assertEndsAreTold(ended);
        }
    }

    /** As long as an agent has not answered, one that is about to start, it is not known either. */
    private void awaitUnknown(UUID id) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() ->
                        assertThatThrownBy(() -> tenant.closeConnection(name, id))
                                .isInstanceOfSatisfying(
                                        ApiException.class,
                                        it -> assertThat(it.getCode()).isEqualTo(404)));
    }

    private UUID open(Caller caller) throws ApiException {
        var open =
                tenant.connections(name, "open", CLIENT).getConnections().stream()
                        .filter(it -> it.getClientPort() == caller.port())
                        .toList();
        assertThat(open).hasSize(1);
        assertThat(open.getFirst().getBytesToClient()).isEqualTo(4);
        return open.getFirst().getId();
    }

    /** They are there a moment after the client has noticed; the session's end comes last. */
    private void assertEndsAreTold(Map<Integer, CauseEnum> byClientPort) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1)) // a project may ask twice in a second
                .untilAsserted(() -> {
                    var told = tenant.connections(name, "closed", CLIENT + "/32");
                    var tcp =
                            told.getConnections().stream()
                                    .filter(it ->
                                            it.getProtocol()
                                                    == Connection.ProtocolEnum.PROTOCOL_TCP)
                                    .toList();
                    assertThat(
                                    tcp.stream()
                                            .collect(
                                                    Collectors.toMap(
                                                            Connection::getClientPort,
                                                            Connection::getCause)))
                            .isEqualTo(byClientPort);
                    assertThat(tcp)
                            .filteredOn(it -> it.getCause() == CauseEnum.FIN)
                            .singleElement()
                            .satisfies(it -> {
                                assertThat(it.getBytesToTarget()).isEqualTo(5);
                                assertThat(it.getBytesToClient()).isEqualTo(9);
                                assertThat(it.getClosedBy())
                                        .isEqualTo(Connection.ClosedByEnum.CLIENT);
                                assertThat(it.getTargetIp()).isEqualTo(red.address());
                            });
                    assertThat(told.getConnections())
                            .filteredOn(
                                    it -> it.getProtocol() == Connection.ProtocolEnum.PROTOCOL_UDP)
                            .isNotEmpty()
                            .allSatisfy(it -> assertThat(it.getCause()).isEqualTo(CauseEnum.IDLE));
                });
    }

    @Test
    void portThatSomebodyHoldsIsAnErrorThatHealsWhenItIsFree() throws Exception {
        try (var _ = new ServerSocket(PORT, 1, InetAddress.getByName(FIXED_VIP))) {
            tenant.orderAt(FIXED_VIP, name, red);

            awaitPortError();
        }
        tenant.awaitReady(name);
        assertThat(tenant.get(name).getErrors()).isNullOrEmpty();
        assertThat(Caller.nameOfTarget(FIXED_VIP, PORT)).isEqualTo("red");
    }

    @Test
    void anotherPortThatSomebodyHoldsLeavesTheServedOnesAlone() throws Exception {
        tenant.orderAt(FIXED_VIP, name, red);
        tenant.awaitReady(name);
        try (var _ = new ServerSocket(OTHER_PORT, 1, InetAddress.getByName(FIXED_VIP))) {
            tenant.addRule(
                    name,
                    new CreateForwardingRulePayload()
                            .name("extra")
                            .port(OTHER_PORT)
                            .backendPort(TARGET_PORT)
                            .addMembersItem(new ForwardingRuleMember().ip(blue.address())));

            awaitPortError();
            assertThat(Caller.nameOfTarget(FIXED_VIP, PORT)).isEqualTo("red");
        }
        tenant.awaitReady(name);
        assertThat(Caller.nameOfTarget(FIXED_VIP, OTHER_PORT)).isEqualTo("blue");
        assertThat(Caller.nameOfTarget(FIXED_VIP, PORT)).isEqualTo("red");
    }

    @Test
    void whatTheContractToleratesIsServed() throws Exception {
        var vip =
                served(
                        ephemeral()
                                .addListenersItem(
                                        listener(ProtocolEnum.PROTOCOL_TCP, "both")
                                                .displayName("same"))
                                .addListenersItem(
                                        listener(ProtocolEnum.PROTOCOL_TCP, "both")
                                                .port(OTHER_PORT)
                                                .displayName("same"))
                                .addListenersItem(
                                        listener(ProtocolEnum.PROTOCOL_TCP, "both")
                                                .port(OTHER_PORT + 1)
                                                .displayName("  "))
                                .addTargetPoolsItem(pool("unused", 1, "255.255.255.254"))
                                .addTargetPoolsItem(
                                        pool("both", TARGET_PORT, red.address())
                                                .activeHealthCheck(null)));

        for (int port = PORT; port <= OTHER_PORT + 1; port++) {
            assertThat(Caller.nameOfTarget(vip, port)).isEqualTo("red");
        }
    }

    private static CreateLoadBalancerPayload ephemeral() {
        return new CreateLoadBalancerPayload()
                .options(new LoadBalancerOptions().ephemeralAddress(true));
    }

    private static Listener listener(ProtocolEnum protocol, String pool) {
        return new Listener().port(PORT).protocol(protocol).targetPool(pool);
    }

    private static Listener tls(String pool, String... serverNames) {
        return listener(ProtocolEnum.PROTOCOL_TLS_PASSTHROUGH, pool)
                .serverNameIndicators(
                        Stream.of(serverNames)
                                .map(serverName -> new ServerNameIndicator().name(serverName))
                                .toList());
    }

    private static TargetPool pool(String name, int port, String... targets) {
        return new TargetPool()
                .name(name)
                .targetPort(port)
                .activeHealthCheck(Tenant.quickHealthCheck())
                .targets(Stream.of(targets).map(ip -> new Target().ip(ip)).toList());
    }

    private TargetPool persistent(String poolName) {
        return pool(poolName, TARGET_PORT, red.address(), blue.address())
                .sessionPersistence(new SessionPersistence().useSourceIpAddress(true));
    }

    /** Orders, waits for READY, and returns the address. */
    private String served(CreateLoadBalancerPayload payload) throws Exception {
        tenant.order(payload.name(name));
        return tenant.awaitReady(name).getExternalAddress();
    }

    private static boolean servesFrom(String source, String vip) {
        try (var caller = Caller.connectFrom(source, vip, PORT)) {
            return !caller.echo(HeaderTarget.QUESTION).isEmpty();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String heardOnRule(String vip) throws IOException {
        try (var caller = Caller.connectFrom(CLIENT, vip, OTHER_PORT)) {
            return caller.echo(HeaderTarget.QUESTION);
        }
    }

    private static String nameByTls(
            TestCertificate certificate, String serverName, String vip, int port) throws Exception {
        try (var caller = Caller.connect(certificate.client(serverName), vip, port)) {
            return caller.hear();
        }
    }

    private void awaitPortError() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    var seen = tenant.get(name);
                    assertThat(seen.getErrors())
                            .singleElement()
                            .satisfies(error -> {
                                assertThat(error.getType())
                                        .isEqualTo(
                                                LoadBalancerError.TypeEnum
                                                        .TYPE_PORT_NOT_CONFIGURED);
                                assertThat(error.getDescription()).contains(FIXED_VIP);
                            });
                    assertThat(seen.getStatus()).isEqualTo(LoadBalancer.StatusEnum.STATUS_ERROR);
                });
    }

    private interface Asking<T> {
        String ask(T caller) throws Exception;
    }

    /** Forty sources: that they all have one target by chance is as good as impossible. */
    private static void assertEachSourceKeepsItsTarget(Asking<String> targets) throws Exception {
        var seen = new TreeSet<String>();
        for (int i = 1; i <= 40; i++) {
            var source = "127.0.7." + i;
            var names = namesOf(5, _ -> targets.ask(source));
            assertThat(names).as(source).hasSize(1);
            seen.addAll(names);
        }
        assertThat(seen).containsExactly("blue", "red");
    }

    private static Set<String> namesOf(int calls, Asking<Integer> target) throws Exception {
        var names = new TreeSet<String>();
        for (int i = 1; i <= calls; i++) {
            names.add(target.ask(i));
        }
        return names;
    }
}
