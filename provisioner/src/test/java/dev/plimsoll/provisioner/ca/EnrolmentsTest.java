package dev.plimsoll.provisioner.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.gateway.AgentKey;
import dev.plimsoll.provisioner.machine.MachineId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolmentsTest {
    private static final CaSettings SETTINGS =
            new CaSettings(Duration.ofDays(90), Duration.ofDays(30), Duration.ofMinutes(10));

    @TempDir Path folder;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Ground ground = new Ground();
    private volatile Instant now = Instant.now();
    private final AgentKey key = new AgentKey();
    private CertificateAuthority authority;
    private Enrolments enrolments;
    private AgentIdentity machine;

    @BeforeEach
    void load() {
        authority = authority();
        authority.load();
        enrolments = new Enrolments(ground.database(), authority, SETTINGS, meters, () -> now);
        machine = machine();
    }

    @AfterEach
    void close() {
        ground.close();
    }

    @Test
    void tokenBuysACertificateThatNamesTheMachine() throws GeneralSecurityException {
        var token = enrolments.newToken(machine);

        var certificate = Pem.certificate(enrolments.enrol(token, key.requestPem()).orElseThrow());

        certificate.verify(
                authority.trusted().certificates().values().iterator().next().getPublicKey());
        assertThat(AgentIdentity.of(certificate)).contains(machine);
        assertThat(enrolments.identify(certificate)).contains(machine);
        assertThat(enrolments.isEnrolled(machine)).isTrue();
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getPublicKey()).isEqualTo(key.pair().getPublic());
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(now.plus(Duration.ofDays(89)), now.plus(Duration.ofDays(91)));
    }

    @Test
    void tokenIsSpentByItsFirstUse() {
        var token = enrolments.newToken(machine);
        enrolments.enrol(token, key.requestPem());

        assertThat(enrolments.enrol(token, new AgentKey().requestPem())).isEmpty();
        assertThat(enrolments.isSpendable(token)).isFalse();
    }

    @Test
    void whoeverSpentATokenMayAskAgainHoweverLateWhenTheAnswerWasLost() {
        var token = enrolments.newToken(machine);
        enrolments.enrol(token, key.requestPem());
        ground.sql().sql("update enrolment_token set expires_at = now()").update();

        var certificate = Pem.certificate(enrolments.enrol(token, key.requestPem()).orElseThrow());

        assertThat(certificate.getPublicKey()).isEqualTo(key.pair().getPublic());
        assertThat(enrolments.identify(certificate)).contains(machine);
    }

    @Test
    void machineThatIsGoneGetsNoCertificateThatWouldBeLeftBehind() {
        var token = enrolments.newToken(machine);
        enrolments.enrol(token, key.requestPem());
        ground.sql().sql("update machine set state = 'DELETED'").update();

        assertThat(enrolments.enrol(token, key.requestPem())).isEmpty();
    }

    @Test
    void tokenIsSpentOnceHoweverManyTryAtOnce() throws InterruptedException, ExecutionException {
        var token = enrolments.newToken(machine);
        Callable<Boolean> enrol =
                () -> enrolments.enrol(token, new AgentKey().requestPem()).isPresent();

        List<Future<Boolean>> tries;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            tries = threads.invokeAll(IntStream.range(0, 8).mapToObj(_ -> enrol).toList());
        }

        assertThat(tries).extracting(Future::get).containsOnlyOnce(true);
    }

    @Test
    void olderTokenOfAMachineStopsToCount() {
        var older = enrolments.newToken(machine);
        var newer = enrolments.newToken(machine);

        assertThat(enrolments.isSpendable(older)).isFalse();
        assertThat(enrolments.isSpendable(newer)).isTrue();
    }

    @Test
    void tokenRunsOut() {
        var token = enrolments.newToken(machine);
        ground.sql().sql("update enrolment_token set expires_at = now()").update();

        assertThat(enrolments.enrol(token, key.requestPem())).isEmpty();
    }

    @Test
    void everyRefusalIsCountedUnderItsOwnReason() {
        var certificate = enrolledCertificate();
        enrolments.enrol("no such token", key.requestPem());
        var expired = enrolments.newToken(machine);
        ground.sql().sql("update enrolment_token set expires_at = now()").update();
        enrolments.enrol(expired, key.requestPem());
        var spent = enrolments.newToken(machine);
        enrolments.enrol(spent, key.requestPem());
        enrolments.enrol(spent, new AgentKey().requestPem());
        enrolments.enrol(spent, "nonsense");
        ground.sql().sql("update machine set incarnation = 8").update();
        enrolments.identify(certificate);
        ground.sql().sql("update machine set incarnation = 7, state = 'DRAINING'").update();
        enrolments.identify(certificate);
        ground.sql().sql("update agent_certificate set revoked_at = now()").update();
        enrolments.identify(certificate);
        ground.sql().sql("delete from agent_certificate").update();
        enrolments.identify(certificate);
        now = certificate.getNotAfter().toInstant().plus(Duration.ofDays(31));
        enrolments.renew(certificate, key.requestPem());

        for (var reason : Refusals.Reason.values()) {
            var tag = reason.name().toLowerCase(Locale.ROOT);
            assertThat(meters.counter("plimsoll.gateway.refused", "reason", tag).count())
                    .as(tag)
                    .isEqualTo(1);
        }
    }

    @Test
    void spentTokenBuysNothingWithTheSameKeyOnceACertificateWasRevoked() {
        var token = enrolments.newToken(machine);
        enrolments.enrol(token, key.requestPem());
        assertThat(enrolments.enrol(token, key.requestPem())).isPresent();

        ground.sql().sql("update agent_certificate set revoked_at = now()").update();

        assertThat(enrolments.enrol(token, key.requestPem())).isEmpty();
    }

    @Test
    void machineWhoseCertificateMayNotBeRenewedAnyMoreIsGivenAToken() {
        var certificate = enrolledCertificate();
        assertThat(enrolments.isEnrolled(machine)).isTrue();

        now = certificate.getNotAfter().toInstant().plus(Duration.ofDays(31));

        assertThat(enrolments.isEnrolled(machine)).isFalse();
        assertThat(enrolments.enrol(enrolments.newToken(machine), key.requestPem())).isPresent();
        assertThat(enrolments.isEnrolled(machine)).isTrue();
        assertThat(
                        ground.sql()
                                .sql("select count(*) from agent_certificate")
                                .query(Integer.class)
                                .single())
                .as("those that can never be renewed are forgotten")
                .isEqualTo(1);
    }

    @Test
    void noTokenIsGivenToAMachineThatIsNotWanted() {
        ground.sql().sql("update machine set state = 'DELETED'").update();

        assertThatThrownBy(() -> enrolments.newToken(machine))
                .hasMessageContaining("is not wanted any more");
    }

    @Test
    void shortLivesBeginOnlyALittleBeforeTheyAreGiven() {
        var brief =
                new CertificateAuthority(
                        ground.database(),
                        folder.resolve("key"),
                        new CaSettings(
                                Duration.ofMinutes(1), Duration.ofDays(1), Duration.ofMinutes(1)),
                        () -> now);
        brief.load();

        var certificate = brief.issue(key.pair().getPublic(), machine).certificate();

        assertThat(certificate.getNotBefore().toInstant()).isAfterOrEqualTo(now.minusSeconds(7));
    }

    @Test
    void databaseKeepsNoToken() {
        var token = enrolments.newToken(machine);

        assertThat(
                        ground.sql()
                                .sql("select encode(sha256, 'escape') from enrolment_token")
                                .query(String.class)
                                .single())
                .doesNotContain(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DRAINING", "DELETED"})
    void machineThatIsNotWantedIsNotLetIn(String state) {
        var token = enrolments.newToken(machine);
        var certificate = enrolledCertificate();
        ground.sql().sql("update machine set state = :s").param("s", state).update();

        assertThat(enrolments.enrol(token, key.requestPem())).isEmpty();
        assertThat(enrolments.identify(certificate)).isEmpty();
        assertThat(enrolments.renew(certificate, key.requestPem())).isEmpty();
    }

    @Test
    void revokedCertificateDoesNotCount() {
        var certificate = enrolledCertificate();
        ground.sql().sql("update agent_certificate set revoked_at = now()").update();

        assertThat(enrolments.identify(certificate)).isEmpty();
        assertThat(enrolments.renew(certificate, key.requestPem())).isEmpty();
    }

    @Test
    void expiredCertificateIsRenewedWithinItsGraceAndNotAfter() {
        var certificate = enrolledCertificate();

        now = certificate.getNotAfter().toInstant().plus(Duration.ofDays(29));
        assertThat(enrolments.renew(certificate, key.requestPem())).isPresent();

        now = certificate.getNotAfter().toInstant().plus(Duration.ofDays(31));
        assertThat(enrolments.renew(certificate, key.requestPem())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
                "-----BEGIN CERTIFICATE REQUEST-----\n%%%\n-----END CERTIFICATE REQUEST-----"
            })
    void badRequestDoesNotSpendTheToken(String request) {
        var token = enrolments.newToken(machine);

        assertThat(enrolments.enrol(token, request)).isEmpty();

        assertThat(enrolments.isSpendable(token)).isTrue();
    }

    @Test
    void provisionersThatStartAtOnceOnAnEmptyDatabaseMakeOneAuthority() throws Exception {
        ground.sql().sql("delete from certificate_authority").update();
        Callable<String> start =
                () -> {
                    var one = authority();
                    one.load();
                    return one.trusted().pem();
                };

        List<Future<String>> starts;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            starts = threads.invokeAll(IntStream.range(0, 6).mapToObj(_ -> start).toList());
        }

        assertThat(starts.stream().map(Future::resultNow).distinct()).hasSize(1);
        assertThat(
                        ground.sql()
                                .sql("select count(*) from certificate_authority")
                                .query(Integer.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void authorityIsTheSameAfterARestart() {
        var next = authority();
        next.load();

        assertThat(next.trusted()).isEqualTo(authority.trusted());
    }

    @Test
    void keyFileIsItsOwnersAlone() throws IOException {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void privateKeyIsSealedInTheDatabase() {
        var sealed =
                ground.sql()
                        .sql("select private_key_sealed from certificate_authority")
                        .query(byte[].class)
                        .single();

        assertThat(new SecretKeyFile(folder.resolve("key")).open(sealed)).isNotEqualTo(sealed);
        sealed[20] ^= 1;
        assertThatThrownBy(() -> new SecretKeyFile(folder.resolve("key")).open(sealed))
                .hasMessageContaining("is not the one");
    }

    @Test
    void anotherInstallationsKeyIsAClearError() throws IOException {
        Files.delete(folder.resolve("key"));
        new SecretKeyFile(folder.resolve("key")).create();

        assertThatThrownBy(() -> authority().load())
                .hasMessageContaining(
                        "is not the one that the database's secrets were sealed with");
    }

    private java.security.cert.X509Certificate enrolledCertificate() {
        var id = machine();
        machine = id;
        var token = enrolments.newToken(id);
        return Pem.certificate(enrolments.enrol(token, key.requestPem()).orElseThrow());
    }

    private CertificateAuthority authority() {
        return new CertificateAuthority(
                ground.database(), folder.resolve("key"), SETTINGS, () -> now);
    }

    private AgentIdentity machine() {
        var id = ground.order("lb" + UUID.randomUUID(), Orders.ephemeral(80, "127.0.0.1"));
        return ground.sql()
                .sql(
                        """
                        insert into machine (id, project_id, load_balancer_id, slot, incarnation,
                            driver, state)
                        select uuidv7(), project_id, id, 0, 7, 'x', 'CREATING' from load_balancer
                        where id = :id returning id
                        """)
                .param("id", id.value())
                .query((row, _) ->
                        new AgentIdentity(new MachineId(row.getObject(1, UUID.class)), 7))
                .single();
    }
}
