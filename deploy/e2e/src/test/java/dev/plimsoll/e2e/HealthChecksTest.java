package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.client.model.ActiveHealthCheck;
import dev.plimsoll.client.model.CreateLoadBalancerPayload;
import dev.plimsoll.client.model.HttpHealthChecks;
import dev.plimsoll.client.model.Listener;
import dev.plimsoll.client.model.LoadBalancerOptions;
import dev.plimsoll.client.model.Target;
import dev.plimsoll.client.model.TargetPool;
import dev.plimsoll.client.model.TlsConfig;
import dev.plimsoll.client.model.UpdateTargetPoolPayload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which targets get connections, by what they answer to the probes that were ordered. */
class HealthChecksTest {
    private static final Duration PATIENCE = Installation.PATIENCE;
    private static final int PORT = Tenant.LISTENER_PORT;
    private static final int TARGET_PORT = 9792;
    private static final int HEALTH_PORT = 9793;
    private static final String RED = "127.0.0.47";
    private static final String BLUE = "127.0.0.48";
    private static final String GREEN = "127.0.0.49";
    private static final String NAME = "checked";
    private static final String POOL = "hello";

    @TempDir static Path folder;
    private static Installation installation;
    private static Tenant tenant;

    private HelloTarget red;
    private HelloTarget blue;
    private HelloTarget green;

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
        red = HelloTarget.start(RED, TARGET_PORT, "red");
        blue = HelloTarget.start(BLUE, TARGET_PORT, "blue");
        green = HelloTarget.start(GREEN, TARGET_PORT, "green");
    }

    @AfterEach
    void everythingLeaves() throws Exception {
        red.close();
        blue.close();
        green.close();
        tenant.deleteAndWait(NAME);
    }

    @Test
    void onlyTargetsThatAnswerAnAllowedStatusGetConnections() throws Exception {
        try (var _ = HealthEndpoint.start(RED, HEALTH_PORT, 204);
                var failing = HealthEndpoint.start(BLUE, HEALTH_PORT, 500);
                var _ = HealthEndpoint.start(GREEN, HEALTH_PORT, 200)) {
            var vip = served(check(http().okStatuses(List.of("204", "299"))), RED, BLUE, GREEN);

            awaitNames(vip, "red");

            failing.answersFromNowOn(299);
            awaitNames(vip, "red", "blue");

            failing.answersFromNowOn(500);
            awaitNames(vip, "red");

            replace(check(http()), RED, BLUE, GREEN);
            awaitNames(vip, "green");
        }
    }

    @Test
    void httpsTargetsAreHeldToTheAuthorityOfTheCheck() throws Exception {
        var known = TestCertificate.make(folder, "known");
        var stranger = TestCertificate.make(folder, "stranger");
        try (var _ = HealthEndpoint.start(RED, HEALTH_PORT, known.server());
                var _ = HealthEndpoint.start(BLUE, HEALTH_PORT, stranger.server());
                var _ = HealthEndpoint.start(GREEN, HEALTH_PORT, 200)) {
            var trusting = new TlsConfig().enabled(true).customCa(known.asCustomCa());
            var vip = served(check(http().tls(trusting)), RED, BLUE, GREEN);

            awaitNames(vip, "red");

            var careless = new TlsConfig().enabled(true).skipCertificateValidation(true);
            replace(check(http().tls(careless)), RED, BLUE, GREEN);
            awaitNames(vip, "red", "blue");
        }
    }

    @Test
    void thePortOfTheCheckDecidesAndNotTheTargets() throws Exception {
        var vip = served(Tenant.quickHealthCheck().altPort(HEALTH_PORT), RED, BLUE);
        awaitNames(vip, "nobody");

        try (var _ = HelloTarget.start(BLUE, HEALTH_PORT, "is well")) {
            awaitNames(vip, "blue");
        }
        awaitNames(vip, "nobody");
    }

    @Test
    void twoFailuresRemoveATargetAndFourSuccessesBringItBack() throws Exception {
        try (var endpoint = HealthEndpoint.start(RED, HEALTH_PORT, 200)) {
            var vip = served(check(http()).healthyThreshold(4).timeout("30s"), RED);
            awaitNames(vip, "red");
            endpoint.holdProbesOf(activePid());

            endpoint.answerOne(500);
            assertThat(names(vip)).containsExactly("red");
            endpoint.answerOne(500);
            awaitNames(vip, "nobody");

            for (int i = 0; i < 3; i++) {
                endpoint.answerOne(200);
                assertThat(names(vip)).as(i + 1 + " successes").containsExactly("nobody");
            }
            endpoint.answerOne(200);
            awaitNames(vip, "red");
        }
    }

    private static long activePid() throws Exception {
        return installation.agents(NAME).stream()
                .filter(agent -> agent.role().equals("ACTIVE"))
                .mapToLong(Installation.Agent::pid)
                .findFirst()
                .orElseThrow();
    }

    private static HttpHealthChecks http() {
        return new HttpHealthChecks().path(HealthEndpoint.PATH);
    }

    private static ActiveHealthCheck check(HttpHealthChecks http) {
        return Tenant.quickHealthCheck().altPort(HEALTH_PORT).httpHealthChecks(http);
    }

    /** Orders, waits for READY, and returns the address. */
    private static String served(ActiveHealthCheck check, String... targets) throws Exception {
        tenant.order(
                new CreateLoadBalancerPayload()
                        .name(NAME)
                        .options(new LoadBalancerOptions().ephemeralAddress(true))
                        .addListenersItem(
                                new Listener()
                                        .port(PORT)
                                        .protocol(Listener.ProtocolEnum.PROTOCOL_TCP)
                                        .targetPool(POOL))
                        .addTargetPoolsItem(
                                new TargetPool()
                                        .name(POOL)
                                        .targetPort(TARGET_PORT)
                                        .activeHealthCheck(check)
                                        .targets(targets(targets))));
        return tenant.awaitReady(NAME).getExternalAddress();
    }

    private static void replace(ActiveHealthCheck check, String... targets) throws Exception {
        tenant.replacePool(
                NAME,
                POOL,
                new UpdateTargetPoolPayload()
                        .targetPort(TARGET_PORT)
                        .activeHealthCheck(check)
                        .targets(targets(targets)));
    }

    private static List<Target> targets(String... addresses) {
        return List.of(addresses).stream().map(ip -> new Target().ip(ip)).toList();
    }

    private static void awaitNames(String vip, String... expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(names(vip)).containsExactlyInAnyOrder(expected));
    }

    /** Who answered some connections; "nobody" among them where one was not served. */
    private static Set<String> names(String vip) {
        var names = new HashSet<String>();
        for (int i = 0; i < 12; i++) {
            try {
                names.add(Caller.nameOfTarget(vip, PORT));
            } catch (IOException e) {
                names.add("nobody");
            }
        }
        return names;
    }
}
