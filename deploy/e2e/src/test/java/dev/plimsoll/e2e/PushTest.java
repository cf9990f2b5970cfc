package dev.plimsoll.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.client.ApiException;
import dev.plimsoll.client.model.AgentReport;
import dev.plimsoll.client.model.Condition;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.LoadBalancer;
import dev.plimsoll.client.model.LoadBalancerOptions;
import dev.plimsoll.client.model.LoadbalancerOptionLogs;
import dev.plimsoll.client.model.LoadbalancerOptionMetrics;
import dev.plimsoll.client.model.LoadbalancerOptionObservability;
import dev.plimsoll.client.model.PushFailure;
import dev.plimsoll.client.model.PushReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents push, to a real Prometheus that asks for a password. */
class PushTest {
    private static final Duration PATIENCE = Installation.PATIENCE;
    private static final int PORT = Tenant.LISTENER_PORT;
    private static final String NAME = "pushed";
    private static final Map<String, String> LABORATORY =
            Map.of(
                    "PLIMSOLL_PUSH_ALLOWED",
                    PrometheusServer.ADDRESS + "/32",
                    "PLIMSOLL_PROVISIONER_PUSH_EVERY",
                    "1s");

    @TempDir static Path folder;
    private static Installation installation;
    private static Tenant tenant;
    private static HelloTarget target;

    @BeforeAll
    static void up() throws Exception {
        installation = new Installation(folder.resolve("data"), LABORATORY);
        installation.up();
        tenant = new Tenant(installation);
        target = HelloTarget.start("127.0.0.78", 9794, "target");
    }

    @AfterAll
    static void down() throws Exception {
        target.close();
        installation.close();
    }

    @Test
    void bothAgentsPushAndWhatFailsIsSeenAndHarmsNobody() throws Exception {
        try (var prometheus = PrometheusServer.start(folder.resolve("prometheus"));
                var loki = loki()) {
            var ref = tenant.addCredentials(PrometheusServer.USER, PrometheusServer.PASSWORD);
            order(NAME, ref, prometheus.writeUrl(), loki.url());
            var vip = tenant.awaitReady(NAME).getExternalAddress();
            await().atMost(PATIENCE).until(() -> servesFive(vip));

            seriesOfBothAgentsArrive(prometheus);
            flowRecordsArriveInTheFormThatLokiDocuments(loki);
            passwordIsKeptFromOthers();
            wrongPasswordIsSeenUntilItIsRight(ref);
            outageIsSeenUntilItIsOver(prometheus, vip);
        }
        tenant.deleteAndWait(NAME);
    }

    private static void seriesOfBothAgentsArrive(PrometheusServer prometheus) {
        var selector =
                "{load_balancer=\"%s\",project=\"%s\",region=\"%s\"}"
                        .formatted(NAME, tenant.project(), tenant.region());
        await("what was served is counted")
                .atMost(PATIENCE)
                .until(() ->
                        prometheus.value("sum(nlb_connections_opened_total" + selector + ")") >= 5);
        await("both machines, in their roles")
                .atMost(PATIENCE)
                .until(() ->
                        prometheus.query("nlb_role" + selector + " == 1").stream()
                                .map(series -> series.path("metric"))
                                .map(it ->
                                        it.path("machine").asText()
                                                + " "
                                                + it.path("role").asText())
                                .collect(Collectors.toSet())
                                .equals(
                                        tenant.status(NAME).getAgents().stream()
                                                .map(PushTest::machineAndRole)
                                                .collect(Collectors.toSet())));
        await("histograms")
                .atMost(PATIENCE)
                .until(() ->
                        prometheus.value(
                                        "sum(nlb_connection_duration_seconds_bucket{le=\"+Inf\","
                                                + selector.substring(1)
                                                + ")")
                                >= 5);
        await().atMost(PATIENCE).until(() -> isPushed(Condition.StatusEnum.TRUE));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(pushes())
                                .hasSize(2)
                                .allSatisfy(push -> {
                                    assertThat(push.getUrl()).isEqualTo(prometheus.writeUrl());
                                    assertThat(push.getLastSuccessAt()).isNotNull();
                                    assertThat(push.getConsecutiveFailures()).isZero();
                                }));
    }

    private static LokiReceiver loki() throws IOException {
        return LokiReceiver.start(
                PrometheusServer.ADDRESS, PrometheusServer.USER, PrometheusServer.PASSWORD);
    }

    private static void flowRecordsArriveInTheFormThatLokiDocuments(LokiReceiver loki)
            throws ApiException {
        await().atMost(PATIENCE).until(() -> loki.entries().size() >= 5);
        var active = tenant.activeMachine(NAME);
        assertThat(loki.objections()).isEmpty();
        assertThat(loki.entries())
                .allSatisfy(entry -> {
                    assertThat(entry.labels().path("load_balancer").asText()).isEqualTo(NAME);
                    assertThat(entry.labels().path("project").asText()).isEqualTo(tenant.project());
                    assertThat(entry.labels().path("machine").asText()).isEqualTo(active);
                    assertThat(entry.nanos() / 1_000_000)
                            .isEqualTo(entry.line().path("endedEpochMillis").asLong());
                    assertThat(entry.line().path("protocol").asText()).isEqualTo("TCP");
                });
        assertThat(loki.entries().stream().map(it -> it.line().path("id").asText()))
                .doesNotHaveDuplicates();
        await().atMost(PATIENCE)
                .until(() -> isPushed(Condition.TypeEnum.LOGS_PUSHED, Condition.StatusEnum.TRUE));
    }

    private static String machineAndRole(AgentReport agent) {
        var role = agent.getRole();
        return agent.getMachineId() + " " + (role == null ? "" : role.getValue().toLowerCase());
    }

    /** In a file of the agent's user alone, in no other file of the installation. */
    private static void passwordIsKeptFromOthers() {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() ->
                        assertThat(holdersOfThePassword())
                                .hasSize(2)
                                .allSatisfy(file -> {
                                    assertThat(file).hasFileName("push.json");
                                    assertThat(
                                                    PosixFilePermissions.toString(
                                                            Files.getPosixFilePermissions(file)))
                                            .isEqualTo("rw-------");
                                }));
    }

    private static List<Path> holdersOfThePassword() throws IOException {
        var data = installation.data();
        try (var logs = Files.list(data);
                var machines = Files.walk(data.resolve("machines"))) {
            return Stream.concat(logs, machines)
                    .filter(Files::isRegularFile)
                    .filter(PushTest::holdsThePassword)
                    .toList();
        }
    }

    private static boolean holdsThePassword(Path file) {
        try {
            return Files.readString(file, ISO_8859_1).contains(PrometheusServer.PASSWORD);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static void wrongPasswordIsSeenUntilItIsRight(String ref) throws Exception {
        var version = tenant.get(NAME).getVersion();
        tenant.changePassword(ref, "not-" + PrometheusServer.PASSWORD);

        awaitFailures(PushFailure.ReasonEnum.DENIED);
        assertThat(pushes())
                .allSatisfy(push ->
                        assertThat(Objects.requireNonNull(push.getLastFailure()).getHttpStatus())
                                .isEqualTo(401));
        isUntouched();

        tenant.changePassword(ref, PrometheusServer.PASSWORD);

        await().atMost(PATIENCE).until(() -> isPushed(Condition.StatusEnum.TRUE));
        assertThat(tenant.get(NAME).getVersion()).isEqualTo(version);
    }

    private static void outageIsSeenUntilItIsOver(PrometheusServer prometheus, String vip)
            throws Exception {
        try (var steady = new SteadyCaller(vip, PORT)) {
            prometheus.kill();

            awaitFailures(PushFailure.ReasonEnum.UNREACHABLE);
            isUntouched();

            prometheus.start();
            await().atMost(PATIENCE.multipliedBy(2))
                    .until(() -> isPushed(Condition.StatusEnum.TRUE));
            steady.stop();
            assertThat(steady.failed()).isZero();
            var served = steady.succeeded() + 5;
            await("nothing is missing")
                    .atMost(PATIENCE)
                    .until(() ->
                            prometheus.value(
                                            "sum(nlb_connections_opened_total{load_balancer=\"pushed\"})")
                                    >= served);
        }
    }

    private static void awaitFailures(PushFailure.ReasonEnum reason) {
        await(reason + " of both agents")
                .atMost(PATIENCE)
                .until(() ->
                        pushes().stream()
                                .filter(push -> push.getConsecutiveFailures() > 0)
                                .map(push ->
                                        Objects.requireNonNull(push.getLastFailure()).getReason())
                                .toList()
                                .equals(List.of(reason, reason)));
        await().atMost(PATIENCE).until(() -> isPushed(Condition.StatusEnum.FALSE));
    }

    private static void isUntouched() {
        var present = tenant.get(NAME);
        assertThat(present.getStatus()).isEqualTo(LoadBalancer.StatusEnum.STATUS_READY);
        assertThat(present.getErrors()).isNullOrEmpty();
    }

    @Test
    void urlThatLeadsIntoTheInstallationIsRefused() throws Exception {
        var ref = tenant.addCredentials("me", "secret-of-mine");

        for (var url :
                List.of(
                        "http://127.0.0.1:9090/api/v1/write",
                        "http://localhost/",
                        "http://169.254.169.254/latest/meta-data/",
                        "http://[::1]/")) {
            assertThatThrownBy(() -> order("refused", ref, url, "http://logs.invalid/"))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refusal -> {
                                assertThat(refusal.getCode()).isEqualTo(400);
                                assertThat(refusal.getResponseBody())
                                        .contains("/options/observability/metrics/pushUrl");
                            });
        }
    }

    private static void order(String name, String ref, String url, String logsUrl)
            throws ApiException {
        tenant.order(
                new CreateLoadBalancerPayload()
                        .options(
                                new LoadBalancerOptions()
                                        .ephemeralAddress(true)
                                        .observability(
                                                new LoadbalancerOptionObservability()
                                                        .metrics(
                                                                new LoadbalancerOptionMetrics()
                                                                        .credentialsRef(ref)
                                                                        .pushUrl(url))
                                                        .logs(
                                                                new LoadbalancerOptionLogs()
                                                                        .credentialsRef(ref)
                                                                        .pushUrl(logsUrl)))),
                name,
                target);
    }

    private static boolean servesFive(String vip) {
        try {
            for (int i = 0; i < 5; i++) {
                Caller.nameOfTarget(vip, PORT);
            }
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static List<PushReport> pushes() throws ApiException {
        return tenant.status(NAME).getAgents().stream()
                .flatMap(agent ->
                        agent.getPushes() == null ? Stream.empty() : agent.getPushes().stream())
                .filter(push -> push.getKind() == PushReport.KindEnum.METRICS)
                .toList();
    }

    private static boolean isPushed(Condition.StatusEnum wanted) throws ApiException {
        return isPushed(Condition.TypeEnum.METRICS_PUSHED, wanted);
    }

    private static boolean isPushed(Condition.TypeEnum type, Condition.StatusEnum wanted)
            throws ApiException {
        return tenant.status(NAME).getConditions().stream()
                .filter(it -> it.getType() == type)
                .map(Condition::getStatus)
                .collect(Collectors.toSet())
                .equals(Set.of(wanted));
    }
}
