package dev.plimsoll.provisioner.ca;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The installation's authority, made at the first start and kept in the database, key sealed. */
public final class CertificateAuthority {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateAuthority.class);
    private static final X500Name NAME = new X500Name("CN=Plimsoll CA");
    private static final long ADVISORY_LOCK = 0x706c696d736f6c6cL;

    private static final Duration MAKING_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** The key lives no longer than the process. */
    private static final Duration SERVER_LIFETIME = Duration.ofDays(1825);

    private final JdbcClient sql;
    private final TransactionTemplate transactions;
    private final SecretKeyFile secretKey;
    private final CaSettings settings;
    private final InstantSource clock;
    private @Nullable Loaded loaded;

    public CertificateAuthority(
            DataSource database, Path secretKeyFile, CaSettings settings, InstantSource clock) {
        this.sql = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.secretKey = new SecretKeyFile(secretKeyFile);
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Loads the authority, or makes it where there is none.
     *
     * @throws IllegalStateException when the key file is lost or is another installation's; the
     *     message says what to do
     */
    public synchronized void load() {
        var deadline = System.nanoTime() + MAKING_LIMIT.toNanos();
        while (loaded == null) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "Another provisioner has been making the certificate authority for "
                                + MAKING_LIMIT);
            }
            loaded = transactions.execute(_ -> storedOrMade());
            LockSupport.parkNanos(loaded == null ? LOOK_EVERY.toNanos() : 0);
        }
    }

    /**
     * Null while another provisioner makes it: not waited for in the database, where statements
     * have their limits.
     */
    private @Nullable Loaded storedOrMade() {
        var stored = stored();
        if (stored.isPresent()) {
            return open(stored.get());
        }
        var isOurs =
                sql.sql("select pg_try_advisory_xact_lock(:lock)")
                        .param("lock", ADVISORY_LOCK)
                        .query(Boolean.class)
                        .single();
        // It may have been made before we had the lock.
        return isOurs ? stored().map(this::open).orElseGet(this::create) : null;
    }

    /** What agents trust. */
    public String certificatePem() {
        return Pem.of(present().certificate());
    }

    public X509Certificate certificate() {
        return present().certificate();
    }

    /** A key and a certificate for a gateway, kept in memory only. */
    public ServerIdentity newServerIdentity(List<String> hosts) {
        var pair = CertificateIssuer.newKeyPair();
        var certificate = present().issuer().server(pair.getPublic(), hosts, SERVER_LIFETIME);
        return new ServerIdentity(pair.getPrivate(), certificate);
    }

    X509Certificate issue(PublicKey key, AgentIdentity identity) {
        return present().issuer().agent(key, identity, settings.agentLifetime());
    }

    private synchronized Loaded present() {
        if (loaded == null) {
            throw new IllegalStateException("The certificate authority is not loaded yet");
        }
        return loaded;
    }

    private Optional<Row> stored() {
        return sql.sql(
                        """
                        select certificate_pem, private_key_sealed from certificate_authority
                        order by created_at desc limit 1
                        """)
                .query(Row.class)
                .optional();
    }

    private Loaded open(Row row) {
        if (!secretKey.exists()) {
            throw new IllegalStateException(
                    "The secret key file "
                            + secretKey.file()
                            + " is missing, but the certificate authority in the database was"
                            + " sealed with it. Restore the file, or point"
                            + " plimsoll.provisioner.secret-key-file to it");
        }
        try {
            var key =
                    KeyFactory.getInstance("EC")
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(
                                            secretKey.open(row.privateKeySealed())));
            var certificate = Pem.certificate(row.certificatePem());
            return new Loaded(
                    certificate,
                    new CertificateIssuer(NAME, key, certificate.getPublicKey(), clock));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The certificate authority's key is unreadable", e);
        }
    }

    private Loaded create() {
        if (!secretKey.exists()) {
            secretKey.create();
        }
        KeyPair pair = CertificateIssuer.newKeyPair();
        var issuer = new CertificateIssuer(NAME, pair.getPrivate(), pair.getPublic(), clock);
        var certificate = issuer.authority();
        sql.sql(
                        """
                        insert into certificate_authority (id, certificate_pem, private_key_sealed)
                        values (:id, :certificate, :key)
                        """)
                .param("id", UUID.randomUUID())
                .param("certificate", Pem.of(certificate))
                .param("key", secretKey.seal(pair.getPrivate().getEncoded()))
                .update();
        LOG.atInfo()
                .addKeyValue("secretKeyFile", secretKey.file())
                .log("Made a certificate authority; keep a copy of its secret key file");
        return new Loaded(certificate, issuer);
    }

    /** Of a gateway. */
    public record ServerIdentity(PrivateKey key, X509Certificate certificate) {
        @Override
        public String toString() {
            return "ServerIdentity[" + certificate.getSubjectX500Principal() + "]";
        }
    }

    private record Loaded(X509Certificate certificate, CertificateIssuer issuer) {}

    private record Row(String certificatePem, byte[] privateKeySealed) {}
}
