package dev.plimsoll.agent.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.app.machine.ConfigDocument;
import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.protocol.AgentMessage.ChangeRehearsed;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigApplied;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionClosed;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionsListed;
import dev.plimsoll.agent.protocol.AgentMessage.HealthChanged;
import dev.plimsoll.agent.protocol.AgentMessage.HealthReported;
import dev.plimsoll.agent.protocol.AgentMessage.Heartbeat;
import dev.plimsoll.agent.protocol.AgentMessage.Hello;
import dev.plimsoll.agent.protocol.AgentMessage.MetricsReported;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.agent.protocol.AgentMessage.RoleChanged;
import dev.plimsoll.agent.protocol.AgentMessage.Step;
import dev.plimsoll.agent.protocol.AgentMessage.TargetExplained;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.State;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.ChangeEffect;
import dev.plimsoll.agent.protocol.ChangeEffect.Event;
import dev.plimsoll.agent.protocol.ChangeEffect.Fate;
import dev.plimsoll.agent.protocol.ConnectionReport;
import dev.plimsoll.agent.protocol.GatewayAddress;
import dev.plimsoll.agent.protocol.GatewayMessage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Whole agents in processes of their own, against a gateway on real TLS sockets. */
@Timeout(180)
class AgentProcessTest {
    private static TestAuthority authority;

    private final UUID loadBalancer = UUID.randomUUID();

    // Kept after a failure: the agents' logs are there.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private FakeGateway gateway;
    private EchoTarget target;
    private AgentProcess agent;
    private AgentProcess peer;

    @BeforeAll
    static void newAuthority() throws Exception {
        authority = new TestAuthority();
    }

    @BeforeEach
    void prepare() throws Exception {
        gateway = new FakeGateway(authority, 0);
        target = new EchoTarget(loadBalancer);
        agent = process("agent");
        peer = process("peer");
    }

    private AgentProcess process(String name) throws Exception {
        return AgentProcess.in(
                folder.resolve(name),
                loadBalancer,
                authority,
                gateway.port(),
                folder.resolve("lock"));
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        peer.close();
        gateway.close();
        target.close();
    }

    @Test
    void agentEnrolsTakesAConfigurationServesItAndRetires() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        assertThat(stream.first())
                .isInstanceOfSatisfying(
                        Hello.class,
                        hello -> {
                            assertThat(hello.loadBalancerId()).isEqualTo(loadBalancer);
                            assertThat(hello.pid()).isEqualTo(agent.pid());
                            assertThat(hello.applied()).isNull();
                            assertThat(hello.connectionLimit()).isPositive();
                            assertThat(hello.adminAddress()).startsWith("127.0.0.1:");
                        });

        stream.push(target.config(1));

        assertThat(stream.next(ConfigApplied.class).applied().revision()).isOne();
        await().untilAsserted(() ->
                assertThat(stream.next(HealthChanged.class).targets())
                        .singleElement()
                        .satisfies(t -> assertThat(t.state()).isEqualTo(State.HEALTHY)));
        assertThat(target.answers()).isTrue();
        assertThat(stream.next(Heartbeat.class).activeConnections()).isNotNegative();
        assertThat(gateway.enrolments).hasValue(1);
        for (var secret : new String[] {"key.pem", "certificate.pem", "config.json", "agent.pid"}) {
            assertThat(Files.getPosixFilePermissions(agent.file(secret)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }

        stream.retire();

        assertThat(agent.exitCode()).isZero();
        assertThat(target.answers()).isFalse();
        assertThat(agent.logged()).doesNotContain(FakeGateway.TOKEN, "ERROR");
    }

    @Test
    void whoeverAsksIsToldTheLastProbesAndTheWayToATarget() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        var config = target.config(1);
        var pool = config.targetPools().getFirst();
        var place = pool.targets().getFirst();
        stream.push(config);
        stream.next(ConfigApplied.class);

        var inquiry = UUID.randomUUID();
        stream.say(new GatewayMessage.ReportHealth(inquiry, null));
        var report = stream.next(HealthReported.class);
        assertThat(report.inquiry()).isEqualTo(inquiry);
        assertThat(report.targets())
                .singleElement()
                .satisfies(it -> assertThat(it.recent()).isNotNull());
        assertThat(report.connectionLimit()).isPositive();

        stream.say(new GatewayMessage.ReportMetrics(inquiry));
        var metrics = stream.next(MetricsReported.class);
        assertThat(metrics.inquiry()).isEqualTo(inquiry);
        assertThat(metrics.page()).contains("# TYPE nlb_connections_active gauge");

        stream.say(new GatewayMessage.ReportHealth(UUID.randomUUID(), "another pool"));
        assertThat(stream.next(HealthReported.class).targets()).isEmpty();

        stream.say(new GatewayMessage.RehearseChange(inquiry, null));
        var rehearsed = stream.next(ChangeRehearsed.class);
        assertThat(rehearsed.effects())
                .containsExactly(new ChangeEffect("", Event.REMOVED, Fate.CLOSES, 0));
        assertThat(rehearsed.sourcePorts()).isPositive();
        assertThat(rehearsed.connectionCeiling()).isPositive();
        stream.say(new GatewayMessage.RehearseChange(inquiry, "no document"));
        assertThat(stream.next(ChangeRehearsed.class).objection().code())
                .isEqualTo(Refusal.INVALID);

        stream.say(
                new GatewayMessage.ExplainTarget(inquiry, pool.name(), place.ip(), place.port()));
        var explained = stream.next(TargetExplained.class);
        assertThat(explained.steps())
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.outcome()).isEqualTo(Step.Outcome.OK));
    }

    @Test
    void whoeverAsksIsToldOfConnectionsAndCanEndOne() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1));
        await().until(target::answers);
        try (var client = EchoTarget.connect(target.port)) {
            assertThat(EchoTarget.speaks(client)).isTrue();

            stream.say(list(true, "127.0.0.0/8"));
            var open = stream.next(ConnectionsListed.class);
            assertThat(open.isBusy()).isFalse();
            assertThat(open.connections())
                    .filteredOn(it -> it.clientPort() == client.getLocalPort())
                    .singleElement()
                    .satisfies(it -> assertThat(it.bytesToClient()).isOne());
            var id =
                    open.connections().stream()
                            .filter(it -> it.clientPort() == client.getLocalPort())
                            .map(it -> UUID.fromString(it.id()))
                            .findFirst()
                            .orElseThrow();

            stream.say(new GatewayMessage.CloseConnection(UUID.randomUUID(), id));
            assertThat(stream.next(ConnectionClosed.class).isClosed()).isTrue();
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            stream.say(new GatewayMessage.CloseConnection(UUID.randomUUID(), id));
            assertThat(stream.next(ConnectionClosed.class).isClosed()).isFalse();

            stream.say(list(false, "127.0.0.1"));
            var ended = stream.next(ConnectionsListed.class);
            assertThat(ended.connections())
                    .filteredOn(it -> it.id().equals(id.toString()))
                    .singleElement()
                    .satisfies(it -> {
                        assertThat(it.outcome()).isEqualTo(ConnectionReport.Outcome.CLOSED);
                        assertThat(it.cause()).isEqualTo("ORDERED");
                        assertThat(it.target()).isEqualTo("127.0.0.1");
                    });
            assertThat(ended.total()).isGreaterThanOrEqualTo(ended.connections().size());

            stream.say(list(false, "192.0.2.0/24"));
            assertThat(stream.next(ConnectionsListed.class).total()).isZero();
        }
    }

    private static GatewayMessage list(boolean open, String client) {
        return new GatewayMessage.ListConnections(
                UUID.randomUUID(), open, client, null, null, null, null, null, null, 100);
    }

    @Test
    void standbyServesWhenTheActiveAgentIsKilled() throws Exception {
        var active = agent;
        active.start();
        var first = gateway.nextStream();
        first.push(target.config(1));
        await().until(target::answers);
        peer.start();
        var second = gateway.nextStream();
        assertThat(((Hello) second.first()).role()).isEqualTo(Role.STANDBY);
        second.push(target.config(1));
        second.next(ConfigApplied.class);
        await().until(() ->
                second.next(HealthChanged.class).targets().getFirst().state() == State.HEALTHY);

        active.kill();
        long killedNanos = System.nanoTime();
        while (!target.answers()) {
            Thread.onSpinWait();
        }
        var gap = Duration.ofNanos(System.nanoTime() - killedNanos);

        assertThat(second.next(RoleChanged.class).role()).isEqualTo(Role.ACTIVE);
        // 30 ms on a quiet machine; the rest is for a busy one.
        assertThat(gap).isLessThan(Duration.ofMillis(500));
    }

    @Test
    void agentServesFromItsLastConfigurationWithTheControlPlaneGone() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1));
        stream.next(ConfigApplied.class);
        await().until(() -> Files.exists(agent.file("config.json")));
        gateway.close();
        agent.kill();

        agent.start();

        await().until(target::answers);
    }

    @Test
    void corruptedConfigurationFallsBackToTheOneBefore() throws Exception {
        int before = EchoTarget.freePort();
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1, before));
        stream.next(ConfigApplied.class);
        stream.push(target.config(2));
        stream.next(ConfigApplied.class);
        await().until(() -> Files.exists(agent.file("config.previous.json")));
        await().until(() -> Files.exists(agent.file("config.json")));
        agent.kill();
        var text = Files.readString(agent.file("config.json"));
        Files.writeString(agent.file("config.json"), text.replace("127.0.4.1", "127.0.4.9"));

        agent.start();

        await().until(() -> EchoTarget.answers(before));
        assertThat(agent.logged()).contains("Saved configuration cannot be used");
        assertThat(((Hello) gateway.nextStream().first()).applied().revision()).isOne();
    }

    /** As on a full disk, which root meets too. */
    @Test
    void agentThatCannotSaveServesOnSaysSoAndBeginsWithTheLastOneSaved() throws Exception {
        int before = EchoTarget.freePort();
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1, before));
        stream.next(ConfigApplied.class);
        await().until(() -> Files.exists(agent.file("config.json")));
        Files.createDirectories(agent.file("config.json.new").resolve("in the way"));

        stream.push(target.config(2));
        stream.next(ConfigApplied.class);

        await().until(target::answers);
        await().until(() -> agent.logged().contains("Configuration in force could not be saved"));
        agent.kill();
        agent.start();
        await().until(() -> EchoTarget.answers(before));
        assertThat(((Hello) gateway.nextStream().first()).applied().revision()).isOne();
    }

    @Test
    void configurationThatEndsTheAgentThriceIsSetAsideForTheOneBefore() throws Exception {
        int before = EchoTarget.freePort();
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1, before));
        stream.next(ConfigApplied.class);
        await().until(() -> Files.exists(agent.file("config.json")));
        agent.terminate();
        assertThat(agent.exitCode()).isZero();

        agent.start();
        stream = gateway.nextStream();
        stream.push(target.config(2));
        stream.next(ConfigApplied.class);
        await().until(() -> Files.exists(agent.file("config.previous.json")));
        await().until(() -> Files.exists(agent.file("config.json")));
        agent.kill(); // the first life that it cost
        for (int life = 2; life <= 3; life++) {
            agent.start();
            await().until(target::answers);
            agent.kill();
        }
        agent.start();

        await().until(() -> EchoTarget.answers(before));
        assertThat(target.answers()).isFalse();
        Hello hello;
        do { // streams of the lives before come first
            stream = gateway.nextStream();
            hello = (Hello) stream.first();
        } while (hello.pid() != agent.pid());
        assertThat(hello.applied().revision()).isOne();
        stream.push(target.config(2));
        assertThat(stream.next(ConfigRefused.class))
                .returns(2L, ConfigRefused::revision)
                .returns(Refusal.INVALID, ConfigRefused::code);
        assertThat(gateway.enrolments).hasValue(1); // it is still the same machine
        assertThat(EchoTarget.answers(before)).isTrue();
    }

    @Test
    void brokenDocumentsAreRefusedWithTheirPlaceAndChangeNothing() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1));
        stream.next(ConfigApplied.class);

        var unknown =
                Json.strict()
                        .writeValueAsString(target.config(2))
                        .replace("\"port\":" + target.port, "\"magic\":1,\"port\":" + target.port);
        stream.push(2, unknown, ConfigDocument.sha256(unknown));
        assertThat(stream.next(ConfigRefused.class))
                .returns(Refusal.INVALID, ConfigRefused::code)
                .returns("/listeners/0/magic", ConfigRefused::path);

        stream.push(3, "{}", "0".repeat(64));
        assertThat(stream.next(ConfigRefused.class).detail()).contains("hash");

        var text = Json.strict().writeValueAsString(new EchoTarget(UUID.randomUUID()).config(4));
        stream.push(4, text, ConfigDocument.sha256(text));
        assertThat(stream.next(ConfigRefused.class).path()).isEqualTo("/loadBalancerId");

        assertThat(target.answers()).isTrue();
    }

    @Test
    void configurationThatLacksAnAddressComesIntoForceWhenItIsFree() throws Exception {
        try (var stranger = new ServerSocket(0, 1, InetAddress.ofLiteral(EchoTarget.VIP))) {
            agent.start();
            var stream = gateway.nextStream();
            // The role is told once the lock is held: then the listeners are really bound.
            await().until(() -> metrics(agent).contains("nlb_role{role=\"active\"} 1"));

            stream.push(target.config(1, stranger.getLocalPort()));
            assertThat(stream.next(ConfigRefused.class).code()).isEqualTo(Refusal.ADDRESS_IN_USE);
            stranger.close();

            assertThat(stream.next(ConfigApplied.class).applied().revision()).isOne();
            await().until(() -> EchoTarget.answers(stranger.getLocalPort()));
        }
    }

    @Test
    void gatewayThatMovesIsFound() throws Exception {
        agent.start();
        gateway.nextStream();
        gateway.close();
        try (var moved = new FakeGateway(authority, 0)) {
            var before =
                    Json.lenient()
                            .readValue(
                                    Files.readString(agent.file(Bootstrap.FILE)), Bootstrap.class);
            agent.bootstrap(before.with(List.of(new GatewayAddress("127.0.0.1", moved.port()))));

            moved.nextStream();

            assertThat(moved.enrolments).hasValue(0);
        }
    }

    @Test
    void secondAgentOfAFolderEndsAtOnceAndTheFirstGoesOn() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1));
        stream.next(ConfigApplied.class);
        var twin = agent.twin();

        assertThat(twin.start().exitCode()).isEqualTo(3);

        assertThat(target.answers()).isTrue();
        assertThat(agent.isAlive()).isTrue();
        assertThat(Files.readString(agent.file("agent.pid"))).isEqualTo(Long.toString(agent.pid()));
    }

    @Test
    void deniedAgentGoesOnServing() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1));
        stream.next(ConfigApplied.class);
        gateway.denying = true;
        stream.end();

        await().until(() -> gateway.denials.get() > 0);
        await().until(() ->
                metrics(agent).contains("nlb_control_dials_total{outcome=\"denied\"} 1"));

        assertThat(target.answers()).isTrue();
    }

    @Test
    void gatewayOfAnotherAuthorityIsNotSpokenTo() throws Exception {
        gateway.close();
        try (var impostor = new FakeGateway(new TestAuthority(), gateway.port())) {
            agent.start();

            await().until(() -> agent.logged().contains("No control stream"));

            assertThat(impostor.enrolments).hasValue(0);
        }
    }

    @Test
    void terminatedAgentEndsQuicklyAndItsPeerTakesOver() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        stream.push(target.config(1));
        await().until(target::answers);
        peer.start();
        var second = gateway.nextStream();
        second.push(target.config(1));
        second.next(ConfigApplied.class);

        try (var established = EchoTarget.connect(target.port)) {
            assertThat(EchoTarget.speaks(established)).isTrue();
            long from = System.nanoTime();
            agent.terminate();
            await().pollInterval(Duration.ofMillis(10)).until(target::answers);
            assertThat(agent.exitCode()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - from))
                    .isLessThan(Duration.ofSeconds(2));
        }
        assertThat(agent.file("agent.pid")).doesNotExist();
        assertThat(target.answers()).isTrue();
    }

    @Test
    void adminServerTellsOfTrafficTargetsAndRole() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        var admin = ((Hello) stream.first()).adminAddress();
        assertThat(get(admin, "/livez").statusCode()).isEqualTo(200);
        assertThat(agent.file(Bootstrap.ADMIN_FILE)).content().isEqualTo(admin);
        assertThat(get(admin, "/readyz").statusCode()).isEqualTo(503);
        stream.push(target.config(7));
        await().until(target::answers);

        assertThat(get(admin, "/readyz").statusCode()).isEqualTo(200);
        await().untilAsserted(() ->
                assertThat(get(admin, "/metrics").body())
                        .contains(
                                "nlb_connections_active 0.0",
                                "nlb_connections_limit 100.0",
                                "nlb_connections_opened_total 1.0",
                                "nlb_connections_closed_total{by=\"client\",cause=\"fin\"} 1.0",
                                "nlb_connections_rejected_total{reason=\"max_connections\"} 0.0",
                                "nlb_bytes_total{direction=\"to_target\"} 1.0",
                                "nlb_connection_duration_seconds_count 1",
                                "nlb_target_connect_duration_seconds_count 1",
                                "nlb_target_up{pool=\"a\",target=\"127.0.0.1:",
                                "nlb_config_generation 7.0",
                                "nlb_role{role=\"active\"} 1.0",
                                "nlb_control_connected 1.0"));
    }

    @Test
    void everyMeterOfTheDocumentationIsThere() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        var admin = ((Hello) stream.first()).adminAddress();
        stream.push(target.config(1));
        await().until(target::answers);
        var text = Files.readString(Path.of("../../docs/metrics.md"));
        var section = text.substring(0, text.indexOf("## Of the API service"));
        var documented =
                Pattern.compile("`(nlb_[a-z_]+)[`{]")
                        .matcher(section)
                        .results()
                        .map(it -> "# TYPE " + it.group(1) + " ")
                        .filter(it -> !it.contains("nlb_agent_up"))
                        .distinct()
                        .toList();

        assertThat(documented).hasSizeGreaterThan(25);
        assertThat(get(admin, "/metrics").body()).contains(documented);
    }

    @Test
    void everyMeterIsThereWithItsHelp() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        var admin = ((Hello) stream.first()).adminAddress();
        stream.push(target.config(1));
        await().until(target::answers);

        var page = get(admin, "/metrics").body();

        for (var meter :
                new String[] {
                    "nlb_connections_active",
                    "nlb_connections_limit",
                    "nlb_connections_connecting",
                    "nlb_connections_opened_total",
                    "nlb_connections_rejected_total{reason=\"too_many_connecting\"}",
                    "nlb_connections_closed_total{by=\"target\",cause=\"reset\"}",
                    "nlb_bytes_total{direction=\"to_client\"}",
                    "nlb_connection_duration_seconds_bucket{le=\"+Inf\"}",
                    "nlb_target_up{pool=",
                    "nlb_target_connections_active{pool=",
                    "nlb_target_connect_duration_seconds_sum",
                    "nlb_target_connect_failures_total{cause=\"no_source_port\"}",
                    "nlb_targets_draining",
                    "nlb_probe_duration_seconds_count",
                    "nlb_probe_failures_total{reason=\"http_status\"}",
                    "nlb_probes_delayed_total",
                    "nlb_source_ports_in_use_ratio{target=\"127.0.0.1:",
                    "nlb_config_generation",
                    "nlb_role{role=\"standby\"}",
                    "nlb_memory_bytes{area=\"direct\"}",
                    "nlb_flow_records_total",
                    "nlb_flow_records_sampled_out_total",
                    "nlb_flow_records_sampled_one_in",
                    "nlb_connection_lists_total",
                    "nlb_connection_lists_refused_total",
                    "nlb_accept_failures_total"
                }) {
            var name = meter.replaceFirst("\\{.*", "").replaceFirst("_(bucket|sum|count)$", "");
            assertThat(page).contains("\n" + meter).contains("# HELP " + name + " ");
        }
        assertThat(page).doesNotContain("not_probed");
    }

    @Test
    void targetThatLeftIsToldUntilItsConnectionsHaveEnded() throws Exception {
        try (var other = new EchoTarget(loadBalancer)) {
            agent.start();
            var stream = gateway.nextStream();
            stream.push(target.config(1));
            await().until(target::answers);
            try (var established = EchoTarget.connect(target.port)) {
                assertThat(EchoTarget.speaks(established)).isTrue();

                stream.push(other.config(2, target.port));

                await().until(() -> {
                    var told = stream.next(HealthChanged.class);
                    return Boolean.TRUE.equals(told.whole())
                            && told.targets().stream()
                                    .anyMatch(t ->
                                            t.state() == State.DRAINING && t.connections() == 1);
                });
                assertThat(EchoTarget.speaks(established)).isTrue();
            }
            await().until(() -> {
                var told = stream.next(HealthChanged.class);
                return Boolean.TRUE.equals(told.whole()) && told.targets().size() == 1;
            });
        }
    }

    @Test
    void adminServerShowsTheLastProbesOfEachTarget() throws Exception {
        agent.start();
        var stream = gateway.nextStream();
        var admin = ((Hello) stream.first()).adminAddress();
        stream.push(target.config(1));
        await().until(target::answers);

        assertThat(get(admin, "/targets").body())
                .contains("\"state\":\"HEALTHY\"", "\"recent\":[{", "\"phase\":\"CONNECT\"");
    }

    private String metrics(AgentProcess process) throws Exception {
        var found = Pattern.compile("admin=(127\\.0\\.0\\.1:\\d+)").matcher(process.logged());
        return found.find() ? get(found.group(1), "/metrics").body() : "";
    }

    private static java.net.http.HttpResponse<String> get(String address, String path)
            throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
                    BodyHandlers.ofString(UTF_8));
        }
    }
}
