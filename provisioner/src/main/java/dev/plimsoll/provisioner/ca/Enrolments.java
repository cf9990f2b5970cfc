package dev.plimsoll.provisioner.ca;

import dev.plimsoll.provisioner.ca.Refusals.Reason;
import dev.plimsoll.provisioner.machine.MachineId;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who may have a certificate, and which certificates count. A token admits one machine once; of a
 * token only its hash is kept. A certificate counts while its machine lives with that incarnation.
 */
public final class Enrolments {
    private static final int TOKEN_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcClient sql;
    private final TransactionTemplate transactions;
    private final CertificateAuthority authority;
    private final CaSettings settings;
    private final Refusals refusals;
    private final InstantSource clock;

    public Enrolments(
            DataSource database,
            CertificateAuthority authority,
            CaSettings settings,
            MeterRegistry registry,
            InstantSource clock) {
        this.sql = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.authority = authority;
        this.settings = settings;
        this.refusals = new Refusals(registry);
        this.clock = clock;
    }

    /**
     * A token for a machine; those it had before stop to count.
     *
     * @throws IllegalStateException when the machine is not wanted any more, as whoever was paused
     *     before making it finds out here
     */
    public String newToken(AgentIdentity machine) {
        var bytes = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(bytes);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        transactions.executeWithoutResult(_ -> {
            sql.sql("delete from enrolment_token where machine_id = :machine")
                    .param("machine", machine.machine().value())
                    .update();
            var given =
                    sql.sql(
                                    """
                                    insert into enrolment_token
                                        (sha256, machine_id, incarnation, expires_at)
                                    select :sha256, id, incarnation,
                                           now() + :seconds * interval '1 second'
                                    from machine
                                    where id = :machine and incarnation = :incarnation
                                      and state not in ('DRAINING', 'DELETED')
                                    """)
                            .param("sha256", sha256(token))
                            .param("machine", machine.machine().value())
                            .param("incarnation", machine.incarnation())
                            .param("seconds", settings.tokenLifetime().toSeconds())
                            .update();
            if (given == 0) {
                throw new IllegalStateException(
                        "Machine " + machine.machine() + " is not wanted any more");
            }
        });
        return token;
    }

    public boolean isSpendable(String token) {
        return !sql.sql(
                        """
                        select 1 from enrolment_token
                        where sha256 = :sha256 and used_at is null and expires_at > now()
                        """)
                .param("sha256", sha256(token))
                .query()
                .listOfRows()
                .isEmpty();
    }

    /** Has a certificate that counts, or that may still be renewed. */
    public boolean isEnrolled(AgentIdentity machine) {
        return !sql.sql(
                        """
                        select 1 from agent_certificate
                        where machine_id = :machine and incarnation = :incarnation
                          and revoked_at is null and not_after > :tooLate
                        limit 1
                        """)
                .param("machine", machine.machine().value())
                .param("incarnation", machine.incarnation())
                .param("tooLate", tooLate())
                .query()
                .listOfRows()
                .isEmpty();
    }

    /**
     * Spends the token and certifies the key of the request. Empty where either is no good. Whoever
     * spent it may ask again with the same key, as often and as late as need be, unless a
     * certificate of the machine was revoked: the answer may have been lost, and a stranger has no
     * use for a certificate of another's key.
     *
     * @return the certificate as PEM
     */
    public Optional<String> enrol(String token, String requestPem) {
        return keyOf(requestPem).flatMap(key -> enrol(token, key));
    }

    private Optional<String> enrol(String token, PublicKey key) {
        Optional<String> certificate =
                transactions.execute(
                        _ -> spend(token, key).flatMap(machine -> certify(key, machine)));
        if (certificate == null || certificate.isEmpty()) {
            refusals.count(whyNot(token));
            return Optional.empty();
        }
        return certificate;
    }

    /**
     * A new certificate for whom the present one names; for a bounded time also when it has
     * expired, so that a long outage of the control plane orphans nobody.
     */
    public Optional<String> renew(X509Certificate present, String requestPem) {
        if (present.getNotAfter().before(tooLate())) {
            refusals.count(Reason.TOO_LATE);
            return Optional.empty();
        }
        return keyOf(requestPem).flatMap(key -> certify(present, key));
    }

    /** What ended before this may not be renewed. */
    private Timestamp tooLate() {
        return Timestamp.from(clock.instant().minus(settings.renewalGrace()));
    }

    /**
     * Whom a certificate of this CA stands for: empty where it is revoked or unknown, or its
     * machine is being removed or has been followed by another incarnation. Expiry is the caller's
     * to check.
     */
    public Optional<AgentIdentity> identify(X509Certificate certificate) {
        var named = AgentIdentity.of(certificate);
        var doubt = named.map(machine -> doubtOf(certificate, machine));
        var reason = doubt.orElse(Optional.of(Reason.CERTIFICATE_UNKNOWN));
        reason.ifPresent(refusals::count);
        return reason.isPresent() ? Optional.empty() : named;
    }

    private Optional<Reason> doubtOf(X509Certificate certificate, AgentIdentity machine) {
        return sql.sql(
                        """
                        select case
                            when c.revoked_at is not null then 'REVOKED'
                            when c.incarnation <> :incarnation or m.incarnation <> :incarnation
                                then 'INCARNATION'
                            when m.state in ('DRAINING', 'DELETED') then 'NOT_WANTED'
                            else '' end
                        from agent_certificate c
                        join machine m on m.id = c.machine_id
                        where c.serial = :serial and m.id = :machine
                        """)
                .param("serial", serial(certificate))
                .param("machine", machine.machine().value())
                .param("incarnation", machine.incarnation())
                .query(String.class)
                .optional()
                .map(reason ->
                        reason.isEmpty()
                                ? Optional.<Reason>empty()
                                : Optional.of(Reason.valueOf(reason)))
                .orElse(Optional.of(Reason.CERTIFICATE_UNKNOWN));
    }

    private Reason whyNot(String token) {
        return sql.sql(
                        """
                        select case
                            when t.used_at is not null then 'TOKEN_SPENT'
                            when t.expires_at <= now() then 'TOKEN_EXPIRED'
                            when m.incarnation <> t.incarnation then 'INCARNATION'
                            else 'NOT_WANTED' end
                        from enrolment_token t join machine m on m.id = t.machine_id
                        where t.sha256 = :sha256
                        """)
                .param("sha256", sha256(token))
                .query(String.class)
                .optional()
                .map(Reason::valueOf)
                .orElse(Reason.TOKEN_UNKNOWN);
    }

    private Optional<String> certify(X509Certificate present, PublicKey key) {
        return transactions.execute(
                _ -> identify(present).flatMap(machine -> certify(key, machine)));
    }

    /** The machine is locked first, as it is where the token is deleted with it. */
    private Optional<AgentIdentity> spend(String token, PublicKey key) {
        return sql.sql(
                        """
                        with m as materialized (
                            select id, incarnation from machine
                            where state not in ('DRAINING', 'DELETED') and id = (
                                select machine_id from enrolment_token where sha256 = :sha256)
                            for share)
                        update enrolment_token t
                        set used_at = coalesce(t.used_at, now()), key_sha256 = :key
                        from m
                        where t.sha256 = :sha256
                          and ((t.used_at is null and t.expires_at > now())
                              or (t.key_sha256 = :key and not exists (
                                  select 1 from agent_certificate c
                                  where c.machine_id = m.id and c.revoked_at is not null)))
                          and m.id = t.machine_id and m.incarnation = t.incarnation
                        returning t.machine_id, t.incarnation
                        """)
                .param("sha256", sha256(token))
                .param("key", sha256(key.getEncoded()))
                .query((row, _) ->
                        new AgentIdentity(
                                new MachineId(row.getObject("machine_id", UUID.class)),
                                row.getLong("incarnation")))
                .optional();
    }

    /**
     * None for a machine that is removed in this moment: the certificate would be left behind. One
     * by an authority that has just ceased to issue counts for nothing, and is made anew.
     */
    private Optional<String> certify(PublicKey key, AgentIdentity machine) {
        forgetTooLate(machine);
        var issued = authority.issue(key, machine);
        if (isNoted(issued, machine)) {
            return Optional.of(Pem.of(issued.certificate()));
        }
        var issuing = authority.refresh().issuing();
        var again = authority.issue(key, machine);
        return !issuing.equals(issued.authority()) && isNoted(again, machine)
                ? Optional.of(Pem.of(again.certificate()))
                : Optional.empty();
    }

    /** Those that cannot even be renewed any more, so that they do not pile up. */
    private void forgetTooLate(AgentIdentity machine) {
        sql.sql(
                        """
                        delete from agent_certificate
                        where machine_id = :machine and not_after < :tooLate
                          and revoked_at is null
                        """)
                .param("machine", machine.machine().value())
                .param("tooLate", tooLate())
                .update();
    }

    private boolean isNoted(CertificateAuthority.Issued issued, AgentIdentity machine) {
        var end = issued.certificate().getNotAfter().toInstant();
        return sql.sql(
                                """
                                insert into agent_certificate (serial, machine_id, incarnation,
                                    not_after, renewable_until, authority_id)
                                select :serial, m.id, :incarnation, :notAfter, :renewableUntil, a.id
                                from machine m, certificate_authority a
                                where m.id = :machine and m.state not in ('DRAINING', 'DELETED')
                                  and a.id = :authority and a.state = 'ISSUING'
                                for share
                                """)
                        .param("serial", serial(issued.certificate()))
                        .param("machine", machine.machine().value())
                        .param("incarnation", machine.incarnation())
                        .param("notAfter", Timestamp.from(end))
                        .param("renewableUntil", Timestamp.from(end.plus(settings.renewalGrace())))
                        .param("authority", issued.authority())
                        .update()
                == 1;
    }

    private Optional<PublicKey> keyOf(String requestPem) {
        try {
            return Optional.of(CertificateIssuer.keyOf(requestPem));
        } catch (IllegalArgumentException _) {
            refusals.count(Reason.REQUEST);
            return Optional.empty();
        }
    }

    private static String serial(X509Certificate certificate) {
        return certificate.getSerialNumber().toString(16);
    }

    private static byte[] sha256(String token) {
        return sha256(token.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
