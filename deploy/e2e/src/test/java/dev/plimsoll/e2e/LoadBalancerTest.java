package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.client.api.AdminMachinesApi;
import dev.plimsoll.client.api.AdminMachinesApi.APIAdminReplaceMachineRequest;
import dev.plimsoll.client.model.FailoverReport;
import dev.plimsoll.client.model.LoadBalancer;
import dev.plimsoll.client.model.LoadBalancerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders, traffic, failover and outages on one running installation, with real processes that are
 * killed.
 */
class LoadBalancerTest {
    private static final Duration PATIENCE = Installation.PATIENCE;
    private static final int PORT = Tenant.LISTENER_PORT;
    private static final int TARGET_PORT = 9790;

    @TempDir static Path folder;
    private static Installation installation;
    private static Tenant tenant;

    private HelloTarget red;
    private HelloTarget blue;

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
    void targetsListen() throws IOException {
        red = HelloTarget.start("127.0.0.41", TARGET_PORT, "red");
        blue = HelloTarget.start("127.0.0.42", TARGET_PORT, "blue");
    }

    @AfterEach
    void targetsLeave() throws Exception {
        red.close();
        blue.close();
    }

    @Test
    void trafficIsSharedBetweenHealthyTargetsAndKeptFromADeadOne() throws Exception {
        var vip = tenant.ready("shared", red, blue).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 4).equals(Set.of("red", "blue")));

        red.close();
        await().atMost(PATIENCE).until(() -> names(vip, 10).equals(Set.of("blue")));

        red = HelloTarget.start("127.0.0.41", TARGET_PORT, "red");
        await().atMost(PATIENCE).until(() -> names(vip, 4).equals(Set.of("red", "blue")));
        tenant.deleteAndWait("shared");
    }

    @Test
    void everyMetricOfAlertsAndDashboardsIsThereToBeScraped() throws Exception {
        var vip = tenant.ready("measured", red).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 2).equals(Set.of("red")));
        assertThat(tenant.exists("not-there")).isFalse(); // a problem, which is counted

        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    var there = NamedMetrics.onPage(installation.pages("measured"));
                    there.addAll(NamedMetrics.documented());
                    assertThat(there).containsAll(NamedMetrics.inRulesAndDashboards());
                });

        tenant.deleteAndWait("measured");
    }

    @Test
    void changedAuditIsFoundByTheLauncher() throws Exception {
        tenant.ready("audited", red);
        tenant.deleteAndWait("audited");
        var intact = installation.plimsoll("audit", "verify");
        assertThat(intact.exit()).as(intact.text()).isZero();
        assertThat(intact.text()).contains("nothing was changed");

        installation.execute(
                "update audit_entry set author = author || '?' where id = (select max(id) from"
                        + " audit_entry)");
        var changed = installation.plimsoll("audit", "verify");

        assertThat(changed.exit()).as(changed.text()).isNotZero();
        assertThat(changed.text()).contains("the audit was changed");
        installation.execute(
                "update audit_entry set author = rtrim(author, '?') where id = (select max(id) from"
                        + " audit_entry)");
        assertThat(installation.plimsoll("audit", "verify").exit()).isZero();
    }

    @Test
    void aChangedTargetPoolIsInForceWhenThePutReturns() throws Exception {
        var vip = tenant.ready("changed", red).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 2).equals(Set.of("red")));
        try (var kept = Caller.connect(vip, PORT)) {
            assertThat(kept.hear()).isEqualTo("red");

            tenant.replaceTargets("changed", blue);

            assertThat(tenant.get("changed").getStatus())
                    .isEqualTo(LoadBalancer.StatusEnum.STATUS_READY);
            await().atMost(PATIENCE).until(() -> names(vip, 6).equals(Set.of("blue")));
            assertThat(kept.echo("still here")).isEqualTo("still here");
        }
        tenant.deleteAndWait("changed");
    }

    @Test
    void theStandbyTakesOverFromAKilledAgentAndANewOneStandsBy() throws Exception {
        var other = tenant.ready("bystander", red).getExternalAddress();
        var vip = tenant.ready("failing", red, blue).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 4).equals(Set.of("red", "blue")));
        await().atMost(PATIENCE).until(() -> names(other, 2).equals(Set.of("red")));
        awaitPair("failing");
        var version = tenant.get("failing").getVersion();
        var before = installation.agents("failing");
        var active = withRole(before, "ACTIVE");
        var standby = withRole(before, "STANDBY");

        try (var bystander = Caller.connect(other, PORT);
                var lost = Caller.connect(vip, PORT);
                var steady = new SteadyCaller(vip, PORT)) {
            bystander.hear();
            lost.hear();
            await().atMost(PATIENCE).until(() -> steady.succeeded() > 50);

            Installation.kill(active.pid());
            var succeeded = steady.succeeded();

            await().atMost(PATIENCE).until(() -> steady.succeeded() > succeeded + 100);
            await().atMost(PATIENCE)
                    .until(() -> tenant.activeMachine("failing").equals(standby.machine()));
            assertThatThrownBy(() -> lost.echo("gone")).isInstanceOf(IOException.class);
            assertThat(bystander.echo("untouched")).isEqualTo("untouched");
        }
        awaitPair("failing");
        var after = installation.agents("failing");
        assertThat(withRole(after, "ACTIVE").pid()).isEqualTo(standby.pid());
        assertThat(withRole(after, "STANDBY").machine())
                .isNotIn(active.machine(), standby.machine());
        assertThat(tenant.get("failing").getVersion()).isEqualTo(version);
        tenant.deleteAndWait("failing");
        tenant.deleteAndWait("bystander");
    }

    /** A stopped process keeps its lock, its listeners and its connections. */
    @Test
    void theStandbyTakesOverFromAStoppedAgentWhichIsEndedBeforeItCanWake() throws Exception {
        var vip = tenant.ready("frozen", red, blue).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 4).equals(Set.of("red", "blue")));
        awaitPair("frozen");
        var before = installation.agents("frozen");
        var active = withRole(before, "ACTIVE");
        var standby = withRole(before, "STANDBY");

        Installation.suspend(active.pid());

        await().atMost(PATIENCE).until(() -> !Installation.runs(active.pid()));
        await().atMost(PATIENCE).until(() -> names(vip, 4).equals(Set.of("red", "blue")));
        awaitPair("frozen");
        var after = installation.agents("frozen");
        assertThat(withRole(after, "ACTIVE").pid()).isEqualTo(standby.pid());
        assertThat(withRole(after, "STANDBY").machine())
                .isNotIn(active.machine(), standby.machine());
        tenant.deleteAndWait("frozen");
    }

    @Test
    void aPlannedMoveAndTheReplacementOfBothMachinesRefuseNobody() throws Exception {
        var vip = tenant.ready("moved", red).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 2).equals(Set.of("red")));
        awaitPair("moved");
        var before = installation.agents("moved");
        var standby = withRole(before, "STANDBY");

        try (var steady = new SteadyCaller(vip, PORT)) {
            try (var kept = Caller.connect(vip, PORT)) {
                kept.hear();
                await().atMost(PATIENCE).until(() -> steady.succeeded() > 50);

                var order = tenant.failover("moved");

                assertThat(order.getToMachineId()).hasToString(standby.machine());
                await().atMost(PATIENCE)
                        .until(() -> tenant.activeMachine("moved").equals(standby.machine()));
                awaitPair("moved");
                assertThat(kept.echo("still here")).isEqualTo("still here");
            }
            assertThat(tenant.lastFailover("moved").getCause())
                    .isEqualTo(FailoverReport.CauseEnum.FAILOVER);

            var operator = new AdminMachinesApi(installation.client("operatorToken"));
            for (var agent : before) {
                operator.adminReplaceMachine(
                        APIAdminReplaceMachineRequest.newBuilder()
                                .machineId(agent.machine())
                                .build());
            }

            await().atMost(PATIENCE.multipliedBy(2))
                    .until(() ->
                            installation.agents("moved").stream()
                                            .noneMatch(a -> a.machine().equals(standby.machine()))
                                    && tenant.rolesOfConnectedAgents("moved")
                                            .equals(Set.of("ACTIVE", "STANDBY")));
            var succeeded = steady.succeeded();
            await().atMost(PATIENCE).until(() -> steady.succeeded() > succeeded + 50);
            steady.stop();

            assertThat(steady.failed()).isZero();
            assertThat(tenant.lastFailover("moved").getCause())
                    .isEqualTo(FailoverReport.CauseEnum.REPLACEMENT);
        }
        tenant.deleteAndWait("moved");
    }

    @Test
    void trafficFlowsWhileTheControlPlaneIsDeadAndItAdoptsTheAgentsWhenItIsBack() throws Exception {
        var vip = tenant.ready("outlasting", red).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 2).equals(Set.of("red")));
        awaitPair("outlasting");
        var before = pids("outlasting");

        try (var kept = Caller.connect(vip, PORT);
                var steady = new SteadyCaller(vip, PORT)) {
            kept.hear();
            Installation.kill(installation.servicesPid());
            var succeeded = steady.succeeded();
            await().atMost(PATIENCE).until(() -> steady.succeeded() > succeeded + 200);
            assertThat(installation.status().path("services").path(0).path("state").asText())
                    .isEqualTo("STOPPED");

            installation.up();
            tenant = new Tenant(installation);
            awaitPair("outlasting");
            assertThat(pids("outlasting")).isEqualTo(before);
            tenant.replaceTargets("outlasting", red, blue);
            await().atMost(PATIENCE).until(() -> names(vip, 4).equals(Set.of("red", "blue")));
            steady.stop();

            assertThat(steady.failed()).isZero();
            assertThat(kept.echo("all along")).isEqualTo("all along");
        }
        tenant.deleteAndWait("outlasting");
    }

    @Test
    void figuresShowWhatWentThroughAndOfAKilledAgentNoZeros() throws Exception {
        var vip = tenant.ready("measured", red).getExternalAddress();
        await().atMost(PATIENCE).until(() -> names(vip, 2).equals(Set.of("red")));
        awaitPair("measured");
        try (var figures = new Figures(installation, "measured")) {
            await().atMost(PATIENCE)
                    .until(() ->
                            figures
                                    .perPoint("newConnections", Instant.now().minusSeconds(10))
                                    .stream()
                                    .anyMatch(Objects::nonNull));
            var begin = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(5);
            var opened = figures.sum("nlb_connections_opened_total", "");
            names(vip, 40);

            await().atMost(PATIENCE)
                    .until(() -> figures.sum("nlb_connections_opened_total", "") == opened + 40);
            assertThat(figures.page()).filteredOn(it -> it.startsWith("nlb_agent_up")).hasSize(2);
            assertThat(figures.complaints()).isEmpty();
            await().atMost(PATIENCE)
                    .until(() ->
                            names(vip, 1).equals(Set.of("red"))
                                    && figures.sumOverTime("newConnections", begin) >= 40);
            assertThat(figures.sumOverTime("bytesToClients", begin)).isPositive();

            names(vip, 40);
            var active = withRole(installation.agents("measured"), "ACTIVE");
            var killed = Instant.now();
            Installation.kill(active.pid());

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() ->
                            figures.page().stream()
                                    .anyMatch(it ->
                                            it.startsWith("nlb_agent_up{") && it.endsWith("} 0")));
            await().atMost(PATIENCE)
                    .until(() -> {
                        var points = figures.perPoint("newConnections", killed);
                        return points.indexOf(0L) > 0 && points.getFirst() == null;
                    });
        }
        tenant.deleteAndWait("measured");
    }

    @Test
    void deletingLeavesNoProcessNoFileAndNoListener() throws Exception {
        var vip = tenant.ready("deleted", red).getExternalAddress();
        awaitPair("deleted");
        var agents = installation.agents("deleted");

        tenant.deleteAndWait("deleted");

        await().atMost(PATIENCE)
                .until(() -> agents.stream().noneMatch(agent -> Installation.runs(agent.pid())));
        assertThat(agents)
                .allSatisfy(agent ->
                        assertThat(installation.data().resolve("machines").resolve(agent.machine()))
                                .doesNotExist());
        assertThatThrownBy(() -> Caller.connect(vip, PORT)).isInstanceOf(IOException.class);
        tenant.delete("deleted");
        assertThat(tenant.ready("deleted", red).getVersion()).isNotBlank();
        tenant.deleteAndWait("deleted");
    }

    @Test
    void anAddressThatIsTakenIsAnErrorThatHealsWhenItIsFree() throws Exception {
        tenant.orderAt("127.0.0.99", "holder", red);
        tenant.awaitReady("holder");

        tenant.orderAt("127.0.0.99", "waiter", blue);

        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    var waiter = tenant.get("waiter");
                    assertThat(waiter.getStatus()).isEqualTo(LoadBalancer.StatusEnum.STATUS_ERROR);
                    assertThat(waiter.getErrors())
                            .singleElement()
                            .satisfies(error ->
                                    assertThat(error.getType())
                                            .isEqualTo(
                                                    LoadBalancerError.TypeEnum
                                                            .TYPE_FIP_NOT_CONFIGURED));
                });
        tenant.deleteAndWait("holder");
        tenant.awaitReady("waiter");
        await().atMost(PATIENCE).until(() -> names("127.0.0.99", 2).equals(Set.of("blue")));
        tenant.deleteAndWait("waiter");
        assertThat(Files.list(installation.data().resolve("machines"))).isEmpty();
    }

    /** Both agents are connected, one active and one standing by. */
    private static void awaitPair(String loadBalancer) {
        await("a pair of agents")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() ->
                        tenant.rolesOfConnectedAgents(loadBalancer)
                                .equals(Set.of("ACTIVE", "STANDBY")));
    }

    private static Installation.Agent withRole(List<Installation.Agent> agents, String role) {
        return agents.stream().filter(a -> a.role().equals(role)).findFirst().orElseThrow();
    }

    private static Set<Long> pids(String loadBalancer) throws Exception {
        return installation.agents(loadBalancer).stream()
                .map(Installation.Agent::pid)
                .collect(Collectors.toSet());
    }

    /** Who answered {@code calls} connections; "nobody" among them where one was not served. */
    private static Set<String> names(String vip, int calls) {
        var names = new HashSet<String>();
        for (int i = 0; i < calls; i++) {
            try {
                names.add(Caller.nameOfTarget(vip, PORT));
            } catch (IOException e) {
                names.add("nobody");
            }
        }
        return names;
    }
}
