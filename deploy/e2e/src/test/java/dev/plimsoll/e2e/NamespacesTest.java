package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.client.model.ActiveHealthCheck;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.HealthReason;
import dev.plimsoll.client.model.Listener;
import dev.plimsoll.client.model.LoadBalancer;
import dev.plimsoll.client.model.LoadBalancerOptions;
import dev.plimsoll.client.model.SecurityGroupExplanation;
import dev.plimsoll.client.model.Target;
import dev.plimsoll.client.model.TargetExplanation;
import dev.plimsoll.client.model.TargetHealth;
import dev.plimsoll.client.model.TargetPool;
import dev.plimsoll.client.model.TargetState;
import dev.plimsoll.client.model.UpdateTargetPoolPayload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults in a lab of namespaces, with real agents and real keepalived, felt by a client that calls
 * all the time. Times are measured by {@code deploy/benchmarks/failover}; here they are only
 * bounded.
 */
class NamespacesTest {
    private static final Duration PATIENCE = Lab.PATIENCE;

    /** Of a promised half second, on a machine that runs other tests. */
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(2);

    /** Of a promised 2.5 s; one that has just started is given more time to answer. */
    private static final Duration LONGEST_HANG = Duration.ofSeconds(15);

    private static final String RED = "10.250.0.11";
    private static final int TARGET_PORT = 9080;

    /** No more often than the API lets a project ask. */
    private static final Duration BETWEEN_EXPLANATIONS = Duration.ofSeconds(2);

    @TempDir static Path folder;
    private static Lab lab;

    private String active;
    private String standby;

    @BeforeAll
    static void build() throws Exception {
        lab = Lab.build(folder);
    }

    @AfterAll
    static void remove() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void pair() throws Exception {
        lab.awaitPair();
        active = lab.active();
        standby =
                lab.machines().stream()
                        .filter(machine -> !machine.equals(active))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void aDestroyedMachineIsReplacedByOneAndItsPeerServes() throws Exception {
        var version = lab.tenant().get(Lab.NAME).getVersion();

        suffer(() -> lab.init(active).destroyForcibly());

        awaitActive(standby);
        await("the dead machine to be replaced")
                .atMost(PATIENCE)
                .until(() -> lab.machines().size() == 2 && !lab.machines().contains(active));
        lab.awaitPair();
        assertThat(lab.machines()).contains(standby);
        assertThat(lab.tenant().get(Lab.NAME).getVersion()).isEqualTo(version);
    }

    @Test
    void aCutLinkMovesTheVipAndNobodyIsReplaced() throws Exception {
        var ports = lab.ports(active);

        suffer(() -> set(ports, "down"));
        set(ports, "up");

        lab.awaitPair();
        assertThat(lab.machines()).containsExactlyInAnyOrder(active, standby);
    }

    @Test
    void aKilledAgentLosesTheVipAndComesBackAsStandby() throws Exception {
        suffer(() -> lab.processes(active, "java").forEach(ProcessHandle::destroyForcibly));

        lab.awaitPair();
        awaitActive(standby);
        assertThat(lab.machines()).containsExactlyInAnyOrder(active, standby);
    }

    @Test
    void aHangingAgentLosesTheVipAndIsStartedAnew() throws Exception {
        var hanging = lab.processes(active, "java").getFirst();

        try (var probe = probe()) {
            Lab.run(Map.of(), "kill", "-STOP", Long.toString(hanging.pid()));
            awaitActive(standby);
            await().atMost(PATIENCE).until(() -> !hanging.isAlive());
            assertThat(probe.longestGap()).isLessThan(LONGEST_HANG);
        }

        lab.awaitPair();
        assertThat(lab.machines()).containsExactlyInAnyOrder(active, standby);
    }

    @Test
    void aKilledKeepalivedLeavesNoSecondOwnerBehind() throws Exception {
        suffer(() -> lab.processes(active, "keepalived").forEach(ProcessHandle::destroyForcibly));

        lab.awaitPair();
        assertThat(lab.processes(active, "keepalived")).isNotEmpty();
        assertThat(lab.machines()).containsExactlyInAnyOrder(active, standby);
    }

    @Test
    void killedTogetherAgentAndKeepalivedLeaveTheVipToThePeer() throws Exception {
        suffer(() -> {
            lab.processes(active, "keepalived").forEach(ProcessHandle::destroyForcibly);
            lab.processes(active, "java").forEach(ProcessHandle::destroyForcibly);
        });

        lab.awaitPair();
        awaitActive(standby);
    }

    @Test
    void aMachineThatEndsInOrderHandsTheVipOver() throws Exception {
        suffer(() -> lab.init(active).destroy());

        lab.awaitPair();
        assertThat(lab.machines()).contains(standby);
    }

    @Test
    void aPairThatCannotHearEachOtherHasOneOwnerAgainWithoutAPerson() throws Exception {
        var both = "{ " + lab.address(active) + ", " + lab.address(standby) + " }";

        suffer(() ->
                Lab.run(
                        Map.of(),
                        "nft",
                        "add table bridge cut; add chain bridge cut forward"
                                + " { type filter hook forward priority 0; };"
                                + " add rule bridge cut forward ip saddr "
                                + both
                                + " ip daddr "
                                + both
                                + " drop"));
        await("one owner while they are cut apart")
                .atMost(Duration.ofSeconds(10))
                .until(() -> lab.owners() == 1);
        Lab.run(Map.of(), "nft", "delete", "table", "bridge", "cut");

        lab.awaitPair();
        assertThat(lab.machines()).containsExactlyInAnyOrder(active, standby);
    }

    @Test
    void aPairThatDiesIsRebuiltOnTheSameAddresses() throws Exception {
        var before = lab.tenant().get(Lab.NAME);

        var inits = List.of(lab.init(active), lab.init(standby));
        inits.forEach(ProcessHandle::destroyForcibly);

        await().atMost(PATIENCE)
                .until(() -> lab.machines().stream().noneMatch(List.of(active, standby)::contains));
        lab.awaitPair();
        await().atMost(PATIENCE)
                .until(() ->
                        lab.tenant().get(Lab.NAME).getStatus()
                                == LoadBalancer.StatusEnum.STATUS_READY);
        var after = lab.tenant().get(Lab.NAME);
        assertThat(after.getExternalAddress()).isEqualTo(before.getExternalAddress());
        assertThat(after.getPrivateAddress()).isEqualTo(before.getPrivateAddress());
        try (var probe = probe()) {
            await().atMost(PATIENCE).until(() -> probe.answered() > 20);
        }
    }

    @Test
    void targetsAreClosedToEverybodyButTheMachines() throws Exception {
        try (var neighbour = new SteadyProbe(lab.namespace("blue"), "10.250.0.11", 9080);
                var client = probe()) {
            await().atMost(PATIENCE).until(() -> client.answered() > 20);

            assertThat(neighbour.answered()).isZero();
        }
    }

    /** From outside all of them look the same: packets get no answer. */
    @Test
    void silenceOfATargetIsExplainedByWhatCausesIt() throws Exception {
        var before = lab.tenant().get(Lab.NAME).getTargetPools().getFirst().getActiveHealthCheck();
        check(Tenant.quickHealthCheck());
        try {
            explained(
                    "firewall drop",
                    () -> wall("tcp dport " + TARGET_PORT),
                    () -> awaitHealth(Lab.NAME, red -> red.getReason() == HealthReason.TIMEOUT),
                    "look at the target's own firewall",
                    NamespacesTest::noWall);
            explained(
                    "disagreement",
                    () -> wall("ip saddr " + lab.address(standby) + " tcp dport " + TARGET_PORT),
                    () -> awaitHealth(Lab.NAME, TargetHealth::getAgentsDisagree),
                    "The agents disagree; the active one: «Nothing is wrong on the way to " + RED,
                    NamespacesTest::noWall);
            explained(
                    "target down",
                    () -> inRed("ip", "link", "set", "dev", "eth0", "down"),
                    () -> awaitHealth(Lab.NAME, red -> red.getState() == TargetState.UNHEALTHY),
                    "Nobody on the network answers for " + RED,
                    () -> inRed("ip", "link", "set", "dev", "eth0", "up"));
        } finally {
            check(before);
        }
    }

    @Test
    void missingSecurityGroupIsNamed() throws Exception {
        var closed = "closed";
        lab.tenant()
                .order(
                        new CreateLoadBalancerPayload()
                                .name(closed)
                                .disableTargetSecurityGroupAssignment(true)
                                .options(new LoadBalancerOptions().privateNetworkOnly(true))
                                .addListenersItem(
                                        new Listener()
                                                .port(80)
                                                .protocol(Listener.ProtocolEnum.PROTOCOL_TCP)
                                                .targetPool("web"))
                                .addTargetPoolsItem(
                                        new TargetPool()
                                                .name("web")
                                                .targetPort(TARGET_PORT)
                                                .activeHealthCheck(Tenant.quickHealthCheck())
                                                .addTargetsItem(new Target().ip(RED))));
        try {
            awaitHealth(closed, red -> red.getReason() == HealthReason.TIMEOUT);
            var explanation = awaitExplanation(closed, "No security group of " + RED + " admits");

            print("group missing", closed, explanation);
            var group = explanation.getSecurityGroup();
            assertThat(group.getOutcome())
                    .isEqualTo(SecurityGroupExplanation.OutcomeEnum.NOT_ADMITTED);
            assertThat(group.getWanted()).isNotEmpty();
            assertThat(group.getApplied()).doesNotContainAnyElementsOf(group.getWanted());
        } finally {
            lab.tenant().deleteAndWait(closed);
        }
    }

    private static void explained(
            String setUp, Fault fault, Fault noticed, String words, Fault repair) throws Exception {
        fault.happen();
        try {
            noticed.happen();
            print(setUp, Lab.NAME, awaitExplanation(Lab.NAME, words));
        } finally {
            repair.happen();
        }
        awaitHealth(
                Lab.NAME, red -> red.getState() == TargetState.HEALTHY && !red.getAgentsDisagree());
    }

    private static TargetExplanation awaitExplanation(String loadBalancer, String words) {
        return await(words)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_EXPLANATIONS)
                .until(
                        () -> lab.tenant().explain(loadBalancer, RED),
                        explanation -> explanation.getMessage().contains(words));
    }

    private static void print(String setUp, String loadBalancer, TargetExplanation explanation)
            throws Exception {
        var health = red(loadBalancer);
        var conditions = lab.tenant().health(loadBalancer).getConditions();
        System.out.printf(
                "%-14s health:  %s %s: %s [%s]%n%-14s explain: %s%n",
                setUp,
                health.getState(),
                health.getReason(),
                health.getMessage(),
                conditions.getFirst().getMessage(),
                "",
                explanation.getMessage());
    }

    private static void awaitHealth(String loadBalancer, Predicate<TargetHealth> wanted) {
        await("the health of " + RED).atMost(PATIENCE).until(() -> wanted.test(red(loadBalancer)));
    }

    private static TargetHealth red(String loadBalancer) throws Exception {
        return lab.tenant().health(loadBalancer).getTargetPools().getFirst().getTargets().stream()
                .filter(target -> target.getIp().equals(RED))
                .findFirst()
                .orElseThrow();
    }

    private static void check(ActiveHealthCheck check) throws Exception {
        var pool = lab.tenant().get(Lab.NAME).getTargetPools().getFirst();
        lab.tenant()
                .replacePool(
                        Lab.NAME,
                        pool.getName(),
                        new UpdateTargetPoolPayload()
                                .targetPort(pool.getTargetPort())
                                .activeHealthCheck(check)
                                .targets(pool.getTargets()));
    }

    /** A packet filter of the target's own, before ours. */
    private static void wall(String packets) throws Exception {
        inRed(
                "nft",
                "add table inet wall; add chain inet wall in"
                        + " { type filter hook input priority -10; };"
                        + " add rule inet wall in "
                        + packets
                        + " drop");
    }

    private static void noWall() throws Exception {
        inRed("nft", "delete", "table", "inet", "wall");
    }

    private static void inRed(String... line) throws Exception {
        var all =
                Stream.concat(
                        Stream.of("nsenter", "--net=" + lab.namespace("red")), Stream.of(line));
        Lab.run(Map.of(), all.toArray(String[]::new));
    }

    /** The client's calls go on through the fault, but for a moment. */
    private static void suffer(Fault fault) throws Exception {
        try (var probe = probe()) {
            await().atMost(PATIENCE).until(() -> probe.answered() > 50);
            fault.happen();
            var answered = probe.answered();
            await().atMost(PATIENCE).until(() -> probe.answered() > answered + 150);
            assertThat(probe.longestGap()).isLessThan(LONGEST_OUTAGE);
        }
    }

    /** Clients may be there before the API has heard of it. */
    private static void awaitActive(String machine) {
        await("the VIP to move").atMost(PATIENCE).until(() -> lab.active().equals(machine));
    }

    private static SteadyProbe probe() {
        return new SteadyProbe(lab.client(), Lab.VIP, 80);
    }

    private static void set(List<String> ports, String state) throws Exception {
        for (var port : ports) {
            Lab.run(Map.of(), "ip", "link", "set", "dev", port, state);
        }
    }

    private interface Fault {
        void happen() throws Exception;
    }
}
