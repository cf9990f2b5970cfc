package dev.plimsoll.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.protocol.AgentMessage.AuthoritiesHeld;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigApplied;
import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.GatewayAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Whole agents in processes of their own, among several gateways that come, go and freeze. */
@Timeout(60)
class GatewaysTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    // Kept after a failure: the agents' logs are there.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private TestAuthority authority;
    private FakeGateway first;
    private FakeGateway second;
    private EchoTarget target;
    private AgentProcess agent;

    @BeforeEach
    void prepare() throws Exception {
        authority = new TestAuthority();
        first = new FakeGateway(authority, 0);
        second = new FakeGateway(authority, 0);
        var loadBalancer = UUID.randomUUID();
        target = new EchoTarget(loadBalancer);
        agent =
                AgentProcess.in(
                        folder.resolve("agent"),
                        loadBalancer,
                        authority,
                        first.port(),
                        folder.resolve("lock"));
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        first.close();
        second.close();
        target.close();
    }

    @Test
    void frozenGatewayIsLeftWithinSecondsAndTrafficDoesNotNotice() throws Exception {
        agent.start();
        var stream = first.nextStream();
        stream.push(target.config(1));
        stream.next(ConfigApplied.class);
        await().atMost(LIMIT).until(target::answers);
        stream.tellOf(address(first), address(second));
        await().atMost(LIMIT).until(() -> Files.exists(agent.file("gateways.json")));

        first.freeze();
        var frozenNanos = System.nanoTime();
        second.nextStream();

        assertThat(Duration.ofNanos(System.nanoTime() - frozenNanos))
                .isLessThan(Duration.ofSeconds(15));
        assertThat(target.answers()).isTrue();
    }

    @Test
    void gatewaysThatItWasToldOfAreKnownToTheNextProcessWhenThoseOfItsBootstrapAreGone()
            throws Exception {
        agent.start();
        first.nextStream().tellOf(address(second));
        await().atMost(LIMIT).until(() -> Files.exists(agent.file("gateways.json")));
        agent.kill();
        first.close();

        agent.start();

        second.nextStream();
        assertThat(second.enrolments).hasValue(0);
    }

    @Test
    void certificatesOfSecondsAreRenewedAtAThirdOfTheirLifeBesideTheOneStream() throws Exception {
        first.lifeOfCertificates = Duration.ofSeconds(5);
        agent.start();
        var stream = first.nextStream();
        stream.push(target.config(1));
        stream.next(ConfigApplied.class);

        await().atMost(LIMIT).until(() -> first.renewals.get() >= 4);

        assertThat(first.enrolments).hasValue(1);
        assertThat(first.streams()).isOne();
        assertThat(target.answers()).isTrue();
        assertThat(Files.getPosixFilePermissions(agent.file("certificate.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void agentThatMayNotRenewAnyMoreEnrolsWithTheTokenThatItsDriverGives() throws Exception {
        first.lifeOfCertificates = Duration.ofSeconds(1);
        first.denyingRenewals = true;
        agent.start();
        await().atMost(LIMIT).until(() -> agent.logged().contains("Certificate not renewed"));
        first.token = "another";
        await().atMost(LIMIT)
                .until(() -> {
                    first.endStreams(); // one that is open needs no certificate
                    return first.denials.get() > 0;
                });
        var streams = first.streams();

        agent.bootstrap(withToken("another"));

        await().atMost(LIMIT).until(() -> first.streams() > streams);
        assertThat(first.enrolments.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void agentFollowsAnotherAuthorityBesideItsOneStreamAndKnowsItAfterARestart() throws Exception {
        var next = new TestAuthority();
        agent.start();
        var stream = first.nextStream();
        first.issuing = next;

        stream.tellOf(authorities(1, next, authority, next));

        var told = stream.next(AuthoritiesHeld.class);
        assertThat(told.trusted()).containsExactly(authority.sha256(), next.sha256());
        assertThat(told.certifiedBy()).isEqualTo(authority.sha256());
        assertThat(stream.next(AuthoritiesHeld.class).certifiedBy()).isEqualTo(next.sha256());
        assertThat(Files.getPosixFilePermissions(agent.file("authorities.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        stream.tellOf(authorities(2, next, next));
        assertThat(stream.next(AuthoritiesHeld.class).trusted()).containsExactly(next.sha256());
        stream.tellOf(authorities(1, authority, authority, next));
        assertThat(stream.next(AuthoritiesHeld.class).trusted())
                .as("nobody goes back")
                .containsExactly(next.sha256());
        assertThat(first.streams()).isOne();

        try (var successor = new FakeGateway(next, 0)) {
            stream.tellOf(address(successor));
            await().atMost(LIMIT).until(() -> Files.exists(agent.file("gateways.json")));
            first.close();
            successor.nextStream();
            agent.kill();
            agent.start();
            successor.nextStream();
            assertThat(successor.enrolments).hasValue(0);
        }
        assertThat(first.enrolments).hasValue(1);
        assertThat(first.renewals).hasValue(1);
    }

    @Test
    void agentThatMissedARotationTrustsWhomItsDriverNamesAndEnrolsAgain() throws Exception {
        var next = new TestAuthority();
        agent.start();
        var stream = first.nextStream();
        stream.tellOf(authorities(1, authority, authority));
        stream.next(AuthoritiesHeld.class);
        first.close();
        try (var successor = new FakeGateway(next, 0)) {
            agent.bootstrap(bootstrap().with(List.of(address(successor))));
            await().atMost(LIMIT).until(() -> agent.logged().contains("No control stream"));
            assertThat(successor.enrolments).hasValue(0);

            agent.bootstrap(bootstrap().trusting(TestAuthority.pem(next.certificate)));

            successor.nextStream();
            assertThat(successor.enrolments).hasValue(1);
        }
    }

    @Test
    void agentThatPosesAsAGatewayIsNotSpokenTo() throws Exception {
        first.close();
        var posing = authority.asIfForAnAgent(authority.gatewayKeys.getPublic());
        try (var gateway = new FakeGateway(authority, 0, posing)) {
            agent.bootstrap(bootstrap().with(List.of(address(gateway))));
            agent.start();

            await().atMost(LIMIT).until(() -> agent.logged().contains("No control stream"));

            assertThat(gateway.enrolments).hasValue(0);
        }
    }

    private static Authorities authorities(
            long change, TestAuthority issuing, TestAuthority... trusted) throws Exception {
        var pem = new StringBuilder();
        for (var one : trusted) {
            pem.append(TestAuthority.pem(one.certificate));
        }
        return new Authorities(change, pem.toString(), issuing.sha256());
    }

    private static GatewayAddress address(FakeGateway gateway) {
        return new GatewayAddress("127.0.0.1", gateway.port());
    }

    private Bootstrap bootstrap() throws IOException {
        return Json.lenient()
                .readValue(Files.readString(agent.file(Bootstrap.FILE)), Bootstrap.class);
    }

    private Bootstrap withToken(String token) throws IOException {
        var b = bootstrap();
        return new Bootstrap(
                b.machineId(),
                b.incarnation(),
                b.loadBalancerId(),
                b.gateways(),
                b.caCertificatePem(),
                token,
                b.vip(),
                b.adminPort());
    }
}
