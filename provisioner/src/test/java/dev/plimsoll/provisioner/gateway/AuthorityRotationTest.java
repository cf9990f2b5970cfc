package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.AuthoritiesHeld;
import dev.plimsoll.agent.protocol.Authorities;
import dev.plimsoll.provisioner.ca.CaSettings;
import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.ca.Rotation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Another authority, under agents that are connected over real TLS. */
class AuthorityRotationTest extends GatewayScene {
    private static final Duration NO_DEADLINE = Duration.ofHours(1);

    @Test
    void anotherAuthorityTakesOverBesideTheStreams() throws Exception {
        var agent = connected(0);
        var before = agent.authorities();
        try (var rotation = rotation(NO_DEADLINE)) {
            order();
            rotation.start();
            awaitStates("ISSUING", "TRUSTED");
            await().atMost(LIMIT).until(() -> certificates(agent.authorities()).size() == 2);
            assertThat(agent.authorities().issuing()).isEqualTo(before.issuing());

            say(agent, agent.authorities().issuing());

            awaitStates("RETIRING", "ISSUING");
            await().atMost(LIMIT)
                    .until(() -> !agent.authorities().issuing().equals(before.issuing()));
            assertThat(agent.renew().statusCode()).as("with the old certificate").isEqualTo(200);
            say(agent, agent.authorities().issuing());

            awaitStates("RETIRED", "ISSUING");
            await().atMost(LIMIT).until(() -> certificates(agent.authorities()).size() == 1);
            assertThat(agent.isClosed()).isFalse();
        }
        assertThat(keys()).as("the old key is gone").isOne();
        assertThat(agent.key().certificate().getIssuerX500Principal())
                .isNotEqualTo(
                        certificates(agent.authorities()).getFirst().getSubjectX500Principal());
        assertThatThrownBy(agent::dialAgain).as("with a certificate of the old one").isNotNull();
        await().atMost(LIMIT).until(() -> refused("certificate") >= 1);
        connected(1);
    }

    @Test
    void gatewayThatHasNotReadOfItKeepsItFromIssuing() throws Exception {
        ground.sql()
                .sql(
                        """
                        insert into gateway (instance, life, host, port, process, seen_at)
                        values ('slow', gen_random_uuid(), 'slow', 1, '', now() + interval '1 h')
                        """)
                .update();
        try (var rotation = rotation(Duration.ZERO)) {
            order();
            rotation.start();
            awaitStates("ISSUING", "TRUSTED");
            await().atMost(LIMIT)
                    .until(() ->
                            count("select count(*) from gateway where cardinality(trusts) = 2")
                                    == 1);

            assertThat(states()).containsExactly("ISSUING", "TRUSTED");

            ground.sql().sql("delete from gateway where instance = 'slow'").update();
            awaitStates("RETIRED", "ISSUING");
        }
    }

    @Test
    void agentsThatDoNotAnswerAreNotWaitedForLongerThanTheDeadline() throws Exception {
        var silent = connected(0);
        try (var rotation = rotation(Duration.ZERO)) {
            order();
            rotation.start();

            awaitStates("RETIRING", "ISSUING");
        }
        assertThat(silent.isClosed()).isFalse();
    }

    @Test
    void provisionerThatHasNotReadOfItCertifiesNobodyByTheOldOne() throws Exception {
        var stale = authority();
        var enrolments =
                new Enrolments(
                        ground.database(), stale, caSettings(), meters, InstantSource.system());
        try (var rotation = rotation(Duration.ZERO)) {
            order();
            rotation.start();
            awaitStates("RETIRED", "ISSUING");
        }
        var machine = machine(0);
        var agent = agent(bootstrap(machine));

        var certificate =
                enrolments
                        .enrol(bootstrap(machine).enrolmentToken(), agent.key().requestPem())
                        .orElseThrow();

        assertThat(certificates(certificate).getFirst().getIssuerX500Principal())
                .isEqualTo(
                        certificates(authority().trusted().pem())
                                .getFirst()
                                .getSubjectX500Principal());
    }

    @Test
    void manyReplicasTakeEachStepOnce() throws Exception {
        order();
        var rotations = new ArrayList<Rotation>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 6).forEach(_ -> rotations.add(rotation(Duration.ZERO)));
            rotations.forEach(rotation -> threads.submit(rotation::start));
        }
        try {
            awaitStates("RETIRED", "ISSUING");
        } finally {
            rotations.forEach(Rotation::close);
        }
        assertThat(count("select count(*) from certificate_authority")).isEqualTo(2);
    }

    private void order() {
        ground.sql()
                .sql("insert into certificate_authority (id, state) values (:id, 'ORDERED')")
                .param("id", UUID.randomUUID())
                .update();
    }

    private Rotation rotation(Duration spread) {
        var settings =
                new CaSettings(
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        Duration.ofMinutes(1),
                        spread,
                        Duration.ofSeconds(1));
        return new Rotation(ground.database(), authority(), settings, InstantSource.system());
    }

    private CertificateAuthority authority() {
        var authority =
                new CertificateAuthority(
                        ground.database(),
                        folder.resolve("key"),
                        caSettings(),
                        InstantSource.system());
        authority.load();
        return authority;
    }

    private void say(FakeAgent agent, String certifiedBy) throws Exception {
        var trusted = new ArrayList<String>();
        for (var one : certificates(agent.authorities())) {
            trusted.add(
                    HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(one.getEncoded())));
        }
        agent.say(new AuthoritiesHeld(trusted, certifiedBy));
    }

    private void awaitStates(String... inOrder) {
        await().atMost(LIMIT.multipliedBy(2))
                .untilAsserted(() -> assertThat(states()).containsExactly(inOrder));
    }

    private List<String> states() {
        return ground.sql()
                .sql("select state from certificate_authority order by created_at")
                .query(String.class)
                .list();
    }

    private int keys() {
        return count("select count(private_key_sealed) from certificate_authority");
    }

    private int count(String query) {
        return ground.sql().sql(query).query(Integer.class).single();
    }

    private static List<X509Certificate> certificates(Authorities authorities) {
        return certificates(authorities.certificatesPem());
    }

    private static List<X509Certificate> certificates(String pem) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (java.security.cert.CertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
