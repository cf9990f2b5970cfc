package dev.plimsoll.provisioner.ca;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The installation's authority, made at the first start and kept in the database, key sealed. While
 * it is rotated it is several: one that issues, and others that are trusted all the same.
 */
public final class CertificateAuthority {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateAuthority.class);

    private static final Duration MAKING_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** The key lives no longer than the process. */
    private static final Duration SERVER_LIFETIME = Duration.ofDays(1825);

    private final AuthorityRows rows;
    private final TransactionTemplate transactions;
    private final SecretKeyFile secretKey;
    private final CaSettings settings;
    private final InstantSource clock;
    private volatile @Nullable Loaded loaded;

    public CertificateAuthority(
            DataSource database, Path secretKeyFile, CaSettings settings, InstantSource clock) {
        this.rows = new AuthorityRows(database);
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

    /** Null while another provisioner makes it. */
    private @Nullable Loaded storedOrMade() {
        if (rows.trusted().isEmpty()) {
            if (!rows.isOursAlone()) {
                return null;
            }
            if (rows.trusted().isEmpty()) { // it may have been made before we had the lock
                createFirst();
            }
        }
        return open(rows.trusted());
    }

    private void createFirst() {
        if (!secretKey.exists()) {
            secretKey.create();
        }
        var made = newAuthority();
        rows.insertIssuing(made.certificate(), made.keySealed());
        LOG.atInfo()
                .addKeyValue("secretKeyFile", secretKey.file())
                .log("Made a certificate authority; keep a copy of its secret key file");
    }

    /** A new one, in nobody's hands yet. */
    Made newAuthority() {
        var pair = CertificateIssuer.newKeyPair();
        var certificate = CertificateIssuer.newAuthority(pair, clock).authority();
        return new Made(certificate, secretKey.seal(pair.getPrivate().getEncoded()));
    }

    /** Reads what others have changed. */
    public synchronized TrustedAuthorities refresh() {
        if (rows.change() != present().trusted().change()) {
            loaded = open(rows.trusted());
        }
        return present().trusted();
    }

    /** As of the last look. */
    public TrustedAuthorities trusted() {
        return present().trusted();
    }

    /** Agents that are certified by another one than now issues are to renew within this time. */
    public Duration renewWithin() {
        return settings.renewWithin();
    }

    /** A key and a certificate for a gateway, kept in memory only. */
    public ServerIdentity newServerIdentity(List<String> hosts) {
        var by = present();
        var pair = CertificateIssuer.newKeyPair();
        var certificate = by.issuer().server(pair.getPublic(), hosts, SERVER_LIFETIME);
        return new ServerIdentity(by.trusted().issuing(), pair.getPrivate(), certificate);
    }

    Issued issue(PublicKey key, AgentIdentity identity) {
        var by = present();
        return new Issued(
                by.trusted().issuing(), by.issuer().agent(key, identity, settings.agentLifetime()));
    }

    private Loaded present() {
        var present = loaded;
        if (present == null) {
            throw new IllegalStateException("The certificate authority is not loaded yet");
        }
        return present;
    }

    private Loaded open(List<AuthorityRows.Trusted> stored) {
        var issuing =
                stored.stream()
                        .filter(one -> one.state() == AuthorityState.ISSUING)
                        .findFirst()
                        .orElseThrow(
                                () -> new IllegalStateException("No certificate authority issues"));
        var certificates =
                stored.stream()
                        .collect(
                                Collectors.toMap(
                                        AuthorityRows.Trusted::id,
                                        one -> Pem.certificate(one.certificatePem())));
        return new Loaded(
                new TrustedAuthorities(issuing.change(), certificates, issuing.id()),
                CertificateIssuer.of(
                        Pem.certificate(issuing.certificatePem()), keyOf(issuing), clock));
    }

    private PrivateKey keyOf(AuthorityRows.Trusted authority) {
        if (!secretKey.exists()) {
            throw new IllegalStateException(
                    "The secret key file "
                            + secretKey.file()
                            + " is missing, but the certificate authority in the database was"
                            + " sealed with it. Restore the file, or point"
                            + " plimsoll.provisioner.secret-key-file to it");
        }
        try {
            var sealed = Objects.requireNonNull(authority.privateKeySealed());
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(secretKey.open(sealed)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The certificate authority's key is unreadable", e);
        }
    }

    /**
     * Of a gateway.
     *
     * @param authority by which it is certified
     */
    public record ServerIdentity(UUID authority, PrivateKey key, X509Certificate certificate) {
        @Override
        public String toString() {
            return "ServerIdentity[" + certificate.getSubjectX500Principal() + "]";
        }
    }

    /** A certificate that counts only as long as its authority still issues. */
    record Issued(UUID authority, X509Certificate certificate) {}

    record Made(X509Certificate certificate, byte[] keySealed) {
        @Override
        public String toString() {
            return "Made[" + certificate.getSubjectX500Principal() + "]";
        }
    }

    private record Loaded(TrustedAuthorities trusted, CertificateIssuer issuer) {}
}
