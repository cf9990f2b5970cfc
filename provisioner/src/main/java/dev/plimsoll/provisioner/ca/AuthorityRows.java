package dev.plimsoll.provisioner.ca;

import dev.plimsoll.provisioner.ca.RotationPlan.Standing;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The table {@code certificate_authority}. Every change has a number, higher than any before. */
final class AuthorityRows {
    private static final long MAKERS_LOCK = 0x706c696d736f6c6cL;

    private final JdbcClient sql;

    AuthorityRows(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    /**
     * @param privateKeySealed null for one that does not issue
     */
    record Trusted(
            UUID id,
            AuthorityState state,
            long change,
            String certificatePem,
            byte @Nullable [] privateKeySealed) {}

    /** The version of the whole; 0 where there is none. */
    long change() {
        return sql.sql("select coalesce(max(change), 0) from certificate_authority")
                .query(Long.class)
                .single();
    }

    List<Trusted> trusted() {
        return sql.sql(
                        """
                        select id, state, certificate_pem,
                               (select max(change) from certificate_authority) as change,
                               case when state = 'ISSUING' then private_key_sealed end as key
                        from certificate_authority
                        where state in ('TRUSTED', 'ISSUING', 'RETIRING')
                        """)
                .query((row, _) ->
                        new Trusted(
                                row.getObject("id", UUID.class),
                                AuthorityState.valueOf(row.getString("state")),
                                row.getLong("change"),
                                row.getString("certificate_pem"),
                                row.getBytes("key")))
                .list();
    }

    /**
     * Until the end of the transaction. False while another provisioner has it: not waited for in
     * the database, where statements have their limits.
     */
    boolean isOursAlone() {
        return sql.sql("select pg_try_advisory_xact_lock(:lock)")
                .param("lock", MAKERS_LOCK)
                .query(Boolean.class)
                .single();
    }

    boolean isRotating() {
        return sql.sql(
                        """
                        select exists (select 1 from certificate_authority
                            where state in ('ORDERED', 'TRUSTED', 'RETIRING'))
                        """)
                .query(Boolean.class)
                .single();
    }

    List<Standing> standings() {
        return sql.sql(
                        """
                        select a.state, a.issues_at_latest, u.* from certificate_authority a
                        join certificate_authority_use u using (id)
                        where a.state <> 'RETIRED' order by a.change
                        """)
                .query(AuthorityRows::standing)
                .list();
    }

    private static Standing standing(ResultSet row, int number) throws SQLException {
        var latest = row.getTimestamp("issues_at_latest");
        return new Standing(
                row.getObject("id", UUID.class),
                AuthorityState.valueOf(row.getString("state")),
                row.getInt("gateways"),
                row.getInt("trusting_gateways"),
                row.getInt("agents"),
                row.getInt("trusting_agents"),
                row.getInt("certified_agents"),
                latest == null ? null : latest.toInstant());
    }

    void insertIssuing(X509Certificate certificate, byte[] keySealed) {
        sql.sql(
                        """
                        insert into certificate_authority
                            (id, certificate_pem, private_key_sealed, expires_at)
                        values (:id, :certificate, :key, :expires)
                        """)
                .param("id", UUID.randomUUID())
                .param("certificate", Pem.of(certificate))
                .param("key", keySealed)
                .param("expires", Timestamp.from(certificate.getNotAfter().toInstant()))
                .update();
    }

    void make(UUID id, X509Certificate certificate, byte[] keySealed, Duration spread) {
        sql.sql(
                        """
                        update certificate_authority
                        set state = 'TRUSTED', state_since = clock_timestamp(),
                            change = nextval('authority_change'), certificate_pem = :certificate,
                            private_key_sealed = :key, expires_at = :expires,
                            issues_at_latest =
                                clock_timestamp() + :spread * interval '1 millisecond'
                        where id = :id and state = 'ORDERED'
                        """)
                .param("id", id)
                .param("certificate", Pem.of(certificate))
                .param("key", keySealed)
                .param("expires", Timestamp.from(certificate.getNotAfter().toInstant()))
                .param("spread", spread.toMillis())
                .update();
    }

    void issue(UUID id) {
        sql.sql(
                        """
                        update certificate_authority
                        set state = 'RETIRING', state_since = clock_timestamp(),
                            change = nextval('authority_change')
                        where state = 'ISSUING'
                        """)
                .update();
        sql.sql(
                        """
                        update certificate_authority
                        set state = 'ISSUING', state_since = clock_timestamp(),
                            change = nextval('authority_change')
                        where id = :id and state = 'TRUSTED'
                        """)
                .param("id", id)
                .update();
    }

    /** What it has certified counts no more, and its key is gone for ever. */
    void retire(UUID id) {
        sql.sql(
                        """
                        update certificate_authority
                        set state = 'RETIRED', state_since = clock_timestamp(),
                            change = nextval('authority_change'), private_key_sealed = null
                        where id = :id and state = 'RETIRING'
                        """)
                .param("id", id)
                .update();
        sql.sql("delete from agent_certificate where authority_id = :id").param("id", id).update();
    }
}
