package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.plimsoll.client.api.AdminPlansApi;
import dev.plimsoll.client.api.AdminPlansApi.APIAdminSetPlanRequest;
import dev.plimsoll.client.model.ActiveHealthCheck;
import dev.plimsoll.client.model.AdminSetPlanPayload;
import dev.plimsoll.client.model.AgentExplanation;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.ExplanationStep;
import dev.plimsoll.client.model.HealthAgent;
import dev.plimsoll.client.model.HealthReason;
import dev.plimsoll.client.model.HttpHealthChecks;
import dev.plimsoll.client.model.Listener;
import dev.plimsoll.client.model.Listener.ProtocolEnum;
import dev.plimsoll.client.model.LoadBalancerOptions;
import dev.plimsoll.client.model.SecurityGroupExplanation;
import dev.plimsoll.client.model.Target;
import dev.plimsoll.client.model.TargetHealth;
import dev.plimsoll.client.model.TargetPool;
import dev.plimsoll.client.model.TargetState;
import dev.plimsoll.client.model.TlsConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Set-ups that are broken in ways that people meet, each a pool of one load balancer: what the
 * health of its targets says, and what an explanation finds. Those of the network are in {@link
 * NamespacesTest}.
 */
class BrokenSetupsTest {
    private static final Duration PATIENCE = Installation.PATIENCE;
    private static final String NAME = "broken";
    private static final String FULL = "full";
    private static final int FIRST_PORT = 9860;
    private static final int FIRST_LISTENER = 8860;

    @TempDir static Path folder;
    private static final List<AutoCloseable> TARGETS = new ArrayList<>();
    private static final List<Listener> LISTENERS = new ArrayList<>();
    private static final List<TargetPool> POOLS = new ArrayList<>();
    private static final CountDownLatch END = new CountDownLatch(1);
    private static Installation installation;
    private static Tenant tenant;
    private static HealthEndpoint failing;

    @BeforeAll
    static void up() throws Exception {
        installation = new Installation(folder.resolve("data"));
        installation.up();
        tenant = new Tenant(installation);
        order();
    }

    @AfterAll
    static void down() throws Exception {
        END.countDown();
        for (var target : TARGETS) {
            target.close();
        }
        installation.close();
    }

    private static void order() throws Exception {
        pool("down", check(), address(0));

        pool("elsewhere", check(), address(1));
        TARGETS.add(HelloTarget.start(address(1), port(1) + 100, "elsewhere"));

        pool("failing", check().httpHealthChecks(http()), address(2));
        failing = HealthEndpoint.start(address(2), port(2), 500);
        TARGETS.add(failing);

        pool("slow", check().httpHealthChecks(http()), address(3), address(4));
        TARGETS.add(HealthEndpoint.start(address(3), port(3), 200));
        TARGETS.add(slow(address(4), port(3)));

        var known = TestCertificate.make(folder, "somebody-else");
        var trusting = new TlsConfig().enabled(true).customCa(known.asCustomCa());
        pool("misnamed", check().httpHealthChecks(http().tls(trusting)), address(5));
        TARGETS.add(HealthEndpoint.start(address(5), port(4), known.server()));

        var stranger = TestCertificate.make(folder, "stranger");
        pool("distrusted", check().httpHealthChecks(http().tls(trusting)), address(6));
        TARGETS.add(HealthEndpoint.start(address(6), port(5), stranger.server()));

        pool("headless", check().httpHealthChecks(http()), address(7));
        TARGETS.add(HealthEndpoint.start(address(7), port(6), 200));
        LISTENERS.getLast().protocol(ProtocolEnum.PROTOCOL_TCP_PROXY);

        tenant.order(
                new CreateLoadBalancerPayload()
                        .name(NAME)
                        .options(new LoadBalancerOptions().ephemeralAddress(true))
                        .listeners(LISTENERS)
                        .targetPools(POOLS));
        tenant.awaitReady(NAME);
    }

    @Test
    void nothingListensOnATargetThatIsDown() throws Exception {
        says("down", 0, HealthReason.REFUSED, "refuses connections: start what is to listen there");
    }

    @Test
    void nothingListensOnAWrongPort() throws Exception {
        says("elsewhere", 1, HealthReason.REFUSED, "correct the pool's target port");
    }

    @Test
    void serviceThatFailsIsToldFromItsNetwork() throws Exception {
        says("failing", 2, HealthReason.HTTP_STATUS, "status 500, which does not count as healthy");

        assertThat(steps("failing", 2))
                .extracting(ExplanationStep::getName)
                .contains(ExplanationStep.NameEnum.CONNECT, ExplanationStep.NameEnum.HTTP);
    }

    /** How soon is printed, not asserted; of it, up to a fifth of a second is the next probe's. */
    @Test
    void changeIsSeen() throws Exception {
        awaitState("failing", 2, TargetState.UNHEALTHY);

        long began = System.nanoTime();
        failing.answersFromNowOn(200);
        awaitState("failing", 2, TargetState.HEALTHY);
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();

        System.out.printf("%-12s health:  HEALTHY after %d ms%n", "recovered", millis);
        failing.answersFromNowOn(500);
        awaitState("failing", 2, TargetState.UNHEALTHY);
    }

    private static void awaitState(String pool, int target, TargetState state) {
        await(pool + " becomes " + state)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> target(pool, address(target)).getState() == state);
    }

    @Test
    void halfOfTheTargetsAreSlowAndTheOthersAreNot() throws Exception {
        says("slow", 4, HealthReason.TIMEOUT, "does not answer requests in time");

        var well = target("slow", address(3));
        assertThat(well.getState()).isEqualTo(TargetState.HEALTHY);
        assertThat(well.getAgents())
                .allSatisfy(seen -> assertThat(seen.getRecent()).isNotEmpty())
                .allSatisfy(seen -> assertThat(seen.getRecent()).hasSizeLessThanOrEqualTo(20));
    }

    @Test
    void certificateOfAnotherNameIsNoObstacleAndNoted() throws Exception {
        await().atMost(PATIENCE)
                .until(() -> target("misnamed", address(5)).getState() == TargetState.HEALTHY);

        var explanation = tenant.explain(NAME, address(5));

        print("misnamed", target("misnamed", address(5)), explanation.getMessage());
        assertThat(explanation.getMessage())
                .startsWith("Nothing is wrong on the way")
                .contains("the certificate is for CN=somebody-else and not for " + address(5));
    }

    @Test
    void certificateOfAStrangerIsNamed() throws Exception {
        says("distrusted", 6, HealthReason.TLS_UNTRUSTED, "set customCa to its authority");
    }

    @Test
    void headerThatTheTargetDoesNotUnderstandIsFound() throws Exception {
        await().atMost(PATIENCE)
                .until(() -> target("headless", address(7)).getState() == TargetState.UNHEALTHY);

        var explanation = tenant.explain(NAME, address(7));

        print("headless", target("headless", address(7)), explanation.getMessage());
        assertThat(explanation.getMessage()).contains("does not understand the PROXY header");
    }

    @Test
    void planThatIsUsedUpIsSaidOfTheAgentAndNotOfTheTarget() throws Exception {
        setPlan("tiny", 2);
        try (var target = HelloTarget.start(address(8), port(8), "well")) {
            tenant.order(
                    new CreateLoadBalancerPayload()
                            .name(FULL)
                            .planId("tiny")
                            .options(new LoadBalancerOptions().ephemeralAddress(true))
                            .addListenersItem(listener("hello", 0))
                            .addTargetPoolsItem(
                                    targetPool("hello", target.port(), check(), target.address())));
            var vip = tenant.awaitReady(FULL).getExternalAddress();
            try (var first = connected(vip);
                    var second = connected(vip)) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();
                await().atMost(PATIENCE)
                        .until(() ->
                                tenant.health(FULL).getAgents().getFirst().getReason()
                                        == HealthAgent.ReasonEnum.CONNECTION_LIMIT);

                var agent = tenant.health(FULL).getAgents().getFirst();
                var explanation = tenant.explain(FULL, target.address());

                assertThat(agent.getMessage()).startsWith("All 2 connections that the plan allows");
                assertThat(explanation.getMessage())
                        .contains("all connections that the plan allows are in use");
                System.out.printf(
                        "%-12s health:  %s%n%-12s explain: %s%n",
                        FULL, agent.getMessage(), "", explanation.getMessage());
            }
        } finally {
            tenant.deleteAndWait(FULL);
        }
    }

    @Test
    void driverWithoutPacketFiltersSaysSo() throws Exception {
        assertThat(tenant.explain(NAME, address(0)).getSecurityGroup().getOutcome())
                .isEqualTo(SecurityGroupExplanation.OutcomeEnum.NOT_FILTERED);
    }

    /** Both say it, and both agents found it. */
    private static void says(String pool, int target, HealthReason reason, String words)
            throws Exception {
        await(pool + " is found out")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(target(pool, address(target)).getReason()).isEqualTo(reason));

        var health = target(pool, address(target));
        var explanation = tenant.explain(NAME, address(target));

        print(pool, health, explanation.getMessage());
        assertThat(health.getState()).isEqualTo(TargetState.UNHEALTHY);
        assertThat(health.getMessage()).contains(address(target)).contains(words);
        assertThat(explanation.getMessage()).isEqualTo(health.getMessage());
        assertThat(explanation.getAgents())
                .extracting(AgentExplanation::getReason)
                .contains(AgentExplanation.ReasonEnum.ANSWERED);
    }

    private static void print(String setUp, TargetHealth health, String explanation) {
        System.out.printf(
                "%-12s health:  %s %s: %s%n%-12s explain: %s%n",
                setUp, health.getState(), health.getReason(), health.getMessage(), "", explanation);
    }

    private static TargetHealth target(String pool, String address) throws Exception {
        return tenant.health(NAME).getTargetPools().stream()
                .filter(it -> it.getName().equals(pool))
                .flatMap(it -> it.getTargets().stream())
                .filter(it -> it.getIp().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private static List<ExplanationStep> steps(String pool, int target) throws Exception {
        var explanation = tenant.explain(NAME, address(target));
        assertThat(explanation.getTargetPool()).isEqualTo(pool);
        return explanation.getAgents().getFirst().getSteps();
    }

    private static Socket connected(String vip) throws IOException {
        var socket = new Socket(vip, FIRST_LISTENER);
        assertThat(socket.getInputStream().read()).isEqualTo('w');
        return socket;
    }

    private static void setPlan(String id, int maxConnections) throws Exception {
        new AdminPlansApi(installation.client("operatorToken"))
                .adminSetPlan(
                        APIAdminSetPlanRequest.newBuilder()
                                .region(installation.credential("region"))
                                .planId(id)
                                .adminSetPlanPayload(
                                        new AdminSetPlanPayload()
                                                .name(id)
                                                .description("For two connections.")
                                                .flavorName("tiny")
                                                .maxConnections(maxConnections))
                                .build());
    }

    private static void pool(String name, ActiveHealthCheck check, String... addresses) {
        int number = POOLS.size();
        LISTENERS.add(listener(name, number));
        POOLS.add(targetPool(name, port(number), check, addresses));
    }

    private static Listener listener(String pool, int number) {
        return new Listener()
                .port(FIRST_LISTENER + number)
                .protocol(ProtocolEnum.PROTOCOL_TCP)
                .targetPool(pool);
    }

    private static TargetPool targetPool(
            String name, int port, ActiveHealthCheck check, String... addresses) {
        var pool = new TargetPool().name(name).targetPort(port).activeHealthCheck(check);
        for (var address : addresses) {
            pool.addTargetsItem(new Target().ip(address));
        }
        return pool;
    }

    private static ActiveHealthCheck check() {
        return Tenant.quickHealthCheck();
    }

    private static HttpHealthChecks http() {
        return new HttpHealthChecks().path(HealthEndpoint.PATH);
    }

    private static String address(int number) {
        return "127.0.0." + (60 + number);
    }

    private static int port(int number) {
        return FIRST_PORT + number;
    }

    /** Takes requests and leaves them unanswered. */
    private static AutoCloseable slow(String address, int port) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(address, port), 0);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext(
                "/",
                _ -> {
                    try {
                        END.await();
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                });
        server.start();
        return () -> {
            server.stop(0);
            threads.shutdownNow();
        };
    }
}
