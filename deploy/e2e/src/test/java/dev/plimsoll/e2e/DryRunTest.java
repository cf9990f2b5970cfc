package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.Listener;
import dev.plimsoll.client.model.Listener.ProtocolEnum;
import dev.plimsoll.client.model.Target;
import dev.plimsoll.client.model.TargetPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of change is rehearsed and then made, to one load balancer with a connection and a
 * session: what the dry run said is what happened to them.
 */
class DryRunTest {
    private static final String NAME = "rehearsed";
    private static final int PORT = Tenant.LISTENER_PORT;
    private static final int TARGET_PORT = 9793;
    private static final String VIP = "127.0.0.97";
    private static final String CLIENT = "127.0.7.3";

    @TempDir static Path folder;
    private static Installation installation;
    private static Tenant tenant;
    private static RawLoadBalancer raw;
    private static HelloTarget red;
    private static HelloTarget blue;
    private static DatagramTarget redByUdp;
    private static DatagramTarget blueByUdp;
    private static JsonNode asOrdered;

    private Caller connection;
    private DatagramCaller session;

    /** What is changed, and what the dry run has to say of it: path, effect, connections. */
    private enum Deed {
        LABEL(it -> it.putObject("labels").put("team", "shop"), "/labels/team IN_PLACE 0"),
        NAME(
                it -> listener(it, 0).put("displayName", "shop"),
                "/listeners/0/displayName IN_PLACE 0"),
        TCP_IDLE_TIMEOUT(
                it -> listener(it, 0).putObject("tcp").put("idleTimeout", "90s"),
                "/listeners/0/tcp/idleTimeout NEW_CONNECTIONS 1"),
        UDP_IDLE_TIMEOUT(
                it -> listener(it, 1).putObject("udp").put("idleTimeout", "90s"),
                "/listeners/1/udp/idleTimeout IN_PLACE 1"),
        SAME_IDLE_TIMEOUT(
                it -> listener(it, 0).putObject("tcp").put("idleTimeout", "300s"),
                "/listeners/0/tcp/idleTimeout IN_PLACE 0"),
        PLAN(it -> it.put("planId", "p250"), "/planId NEW_CONNECTIONS 0"),
        TARGET(
                it -> target(it, 0).put("ip", "127.0.0.48"),
                "/targetPools/0/targets/0 NEW_CONNECTIONS 0",
                "/targetPools/0/targets/0 DRAINS 1"),
        UDP_TARGET(
                it -> target(it, 1).put("ip", "127.0.0.48"),
                "/targetPools/1/targets/0 NEW_CONNECTIONS 0",
                "/targetPools/1/targets/0 MOVES 1"),
        HEALTH_CHECK(
                it -> pool(it, 0).withObject("/activeHealthCheck").put("interval", "0.3s"),
                "/targetPools/0/activeHealthCheck/interval NEW_CONNECTIONS 1"),
        PERSISTENCE(
                it -> pool(it, 0).putObject("sessionPersistence").put("useSourceIpAddress", true),
                "/targetPools/0/sessionPersistence/useSourceIpAddress NEW_CONNECTIONS 1"),
        UDP_LISTENER(it -> it.withArray("/listeners").remove(1), "/listeners/1 CLOSES 1"),
        TCP_LISTENER(it -> it.withArray("/listeners").remove(0), "/listeners/0 DRAINS 1");

        private final Consumer<ObjectNode> edit;
        private final List<String> said;

        Deed(Consumer<ObjectNode> edit, String... said) {
            this.edit = edit;
            this.said = List.of(said);
        }
    }

    @BeforeAll
    static void served() throws Exception {
        installation = new Installation(folder.resolve("data"));
        installation.up();
        tenant = new Tenant(installation);
        raw = new RawLoadBalancer(installation, NAME);
        red = HelloTarget.start("127.0.0.47", TARGET_PORT, "red");
        blue = HelloTarget.start("127.0.0.48", TARGET_PORT, "blue");
        redByUdp = DatagramTarget.start("127.0.0.47", TARGET_PORT, "red");
        blueByUdp = DatagramTarget.start("127.0.0.48", TARGET_PORT, "blue");
        tenant.order(
                new CreateLoadBalancerPayload()
                        .name(NAME)
                        .externalAddress(VIP)
                        .addListenersItem(listener(ProtocolEnum.PROTOCOL_TCP, "streams"))
                        .addListenersItem(listener(ProtocolEnum.PROTOCOL_UDP, "datagrams"))
                        .addTargetPoolsItem(
                                pool("streams").activeHealthCheck(Tenant.quickHealthCheck()))
                        .addTargetPoolsItem(pool("datagrams")));
        tenant.awaitReady(NAME);
        await("both agents")
                .atMost(Installation.PATIENCE)
                .until(() ->
                        tenant.rolesOfConnectedAgents(NAME).equals(Set.of("ACTIVE", "STANDBY")));
        asOrdered = raw.get();
    }

    @AfterAll
    static void down() throws Exception {
        if (tenant.exists(NAME)) {
            tenant.deleteAndWait(NAME);
        }
        red.close();
        blue.close();
        redByUdp.close();
        blueByUdp.close();
        installation.close();
    }

    @BeforeEach
    void aConnectionAndASession() throws Exception {
        ObjectNode withoutSessions = asOrdered.deepCopy();
        Deed.UDP_LISTENER.edit.accept(withoutSessions);
        raw.put(withoutSessions);
        raw.put(asOrdered.deepCopy());
        await().atMost(Installation.PATIENCE).until(() -> answers("red"));
        await("connections of before have ended")
                .atMost(Installation.PATIENCE)
                .until(() -> established() == 0);
        connection = Caller.connect(VIP, PORT);
        assertThat(connection.hear()).isEqualTo("red");
        session = DatagramCaller.connect(CLIENT, VIP, PORT);
        assertThat(session.nameOfTarget("first")).isEqualTo("red");
    }

    @AfterEach
    void callersLeave() throws Exception {
        connection.close();
        session.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSaidIsWhatHappens(Deed deed) throws Exception {
        var machines = machines();
        var before = raw.get();

        var said = raw.rehearse(with(deed));

        assertThat(said.path("provisioner").asText()).isEqualTo("ANSWERED");
        assertThat(reasons(said)).containsOnly("ANSWERED");
        assertThat(sentences(said)).containsExactlyInAnyOrderElementsOf(deed.said);
        assertThat(raw.get()).as("nothing is changed").isEqualTo(before);

        raw.put(with(deed));

        assertThat(machines()).as("no REPLACES, no other machine").isEqualTo(machines);
        assertThat(connection.echo("all along")).isEqualTo("all along");
        whatBecomesOfTheSession(deed);
        whereNewConnectionsGo(deed);
    }

    private void whatBecomesOfTheSession(Deed deed) throws IOException {
        switch (deed) {
            case UDP_LISTENER ->
                    assertThatThrownBy(() -> session.nameOfTarget("after"))
                            .isInstanceOf(IOException.class);
            case UDP_TARGET -> assertThat(session.nameOfTarget("after")).isEqualTo("blue");
            default -> assertThat(session.nameOfTarget("after")).isEqualTo("red");
        }
    }

    private static void whereNewConnectionsGo(Deed deed) {
        var expected =
                switch (deed) {
                    case TARGET -> "blue";
                    case TCP_LISTENER -> "nobody";
                    default -> "red";
                };
        await().atMost(Installation.PATIENCE).until(() -> answers(expected));
    }

    @Test
    void endIsSaidToCloseWhatItCloses() throws Exception {
        var said = raw.rehearseEnd();

        assertThat(sentences(said)).containsExactly(" CLOSES 2");
        assertThat(said.at("/cost/hourlyAfter").asText()).isEqualTo("0");
        assertThat(connection.echo("still there")).isEqualTo("still there");
    }

    @Test
    void warningsAreOfWhatWouldBe() throws Exception {
        var said = raw.rehearse(with(Deed.PLAN));

        assertThat(codes(said)).contains("SINGLE_TARGET", "SOURCE_PORTS");
        assertThat(said.at("/cost/monthlyDifference").asText()).isNotBlank();
    }

    @Test
    void targetThatDoesNotUnderstandProxyHeadersIsFoundOut() throws Exception {
        var web = HttpServer.create(new InetSocketAddress("127.0.0.47", 0), 0);
        web.start();
        try {
            var wanted = (ObjectNode) raw.get();
            wanted.withArray("/listeners")
                    .addObject()
                    .put("port", PORT + 1)
                    .put("protocol", "PROTOCOL_TCP_PROXY")
                    .put("targetPool", "web");
            var pool = wanted.withArray("/targetPools").addObject();
            pool.put("name", "web").put("targetPort", web.getAddress().getPort());
            pool.putArray("targets").addObject().put("ip", "127.0.0.47");

            var said = raw.rehearse(wanted);

            assertThat(Installation.elements(said.path("warnings")))
                    .filteredOn(it -> it.path("code").asText().equals("PROXY_NOT_UNDERSTOOD"))
                    .extracting(it -> it.path("path").asText())
                    .containsExactly("/targetPools/2/targets/0");
        } finally {
            web.stop(0);
        }
    }

    private static ObjectNode with(Deed deed) throws Exception {
        var wanted = (ObjectNode) raw.get();
        deed.edit.accept(wanted);
        return wanted;
    }

    private static int established() throws Exception {
        return Installation.elements(raw.rehearse(with(Deed.TARGET)).path("agents"))
                .mapToInt(agent -> agent.path("establishedConnections").asInt(1))
                .sum();
    }

    private static boolean answers(String name) {
        try {
            return Caller.nameOfTarget(VIP, PORT).equals(name);
        } catch (IOException e) {
            return name.equals("nobody");
        }
    }

    private static Set<String> machines() throws Exception {
        return installation.agents(NAME).stream()
                .map(Installation.Agent::machine)
                .collect(Collectors.toSet());
    }

    private static Set<String> reasons(JsonNode said) {
        return Installation.elements(said.path("agents"))
                .map(it -> it.path("reason").asText())
                .collect(Collectors.toSet());
    }

    private static List<String> codes(JsonNode said) {
        return Installation.elements(said.path("warnings"))
                .map(it -> it.path("code").asText())
                .toList();
    }

    /** Counted by both agents, all of it. */
    private static List<String> sentences(JsonNode said) {
        return Installation.elements(said.path("changes"))
                .map(it ->
                        "%s %s %s"
                                .formatted(
                                        it.path("path").asText(),
                                        it.path("effect").asText(),
                                        it.at("/connections/counted").asText().equals("COMPLETE")
                                                ? it.at("/connections/established").asText()
                                                : it.path("connections")))
                .toList();
    }

    private static ObjectNode listener(ObjectNode loadBalancer, int index) {
        return (ObjectNode) loadBalancer.path("listeners").path(index);
    }

    private static ObjectNode pool(ObjectNode loadBalancer, int index) {
        return (ObjectNode) loadBalancer.path("targetPools").path(index);
    }

    private static ObjectNode target(ObjectNode loadBalancer, int pool) {
        return (ObjectNode) pool(loadBalancer, pool).path("targets").path(0);
    }

    private static Listener listener(ProtocolEnum protocol, String pool) {
        return new Listener().port(PORT).protocol(protocol).targetPool(pool);
    }

    private static TargetPool pool(String name) {
        return new TargetPool()
                .name(name)
                .targetPort(TARGET_PORT)
                .addTargetsItem(new Target().ip("127.0.0.47"));
    }
}
