package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.app.machine.MachineFolder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The agent's key, which never leaves its folder, and its certificate. The key is saved before it
 * is first used, so that an enrolment whose answer was lost can be asked for again with the same
 * key.
 */
final class Identity {
    private static final String KEY = "key.pem";
    private static final String CERTIFICATE = "certificate.pem";
    private static final String SERIAL_NUMBER = "2.5.4.5";

    private final MachineFolder folder;
    private final KeyPair keys;
    private @Nullable X509Certificate certificate;

    private Identity(MachineFolder folder, KeyPair keys) {
        this.folder = folder;
        this.keys = keys;
    }

    static Identity in(MachineFolder folder) throws IOException, GeneralSecurityException {
        boolean known = Files.exists(folder.file(KEY));
        var identity = new Identity(folder, known ? readKeys(folder) : newKeys(folder));
        if (known && Files.exists(folder.file(CERTIFICATE))) {
            identity.certificate = parse(Files.readString(folder.file(CERTIFICATE)));
        }
        return identity;
    }

    private static KeyPair newKeys(MachineFolder folder)
            throws IOException, GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var keys = generator.generateKeyPair();
        var pem =
                Pem.of("PRIVATE KEY", keys.getPrivate().getEncoded())
                        + Pem.of("PUBLIC KEY", keys.getPublic().getEncoded());
        folder.replace(KEY, pem.getBytes(StandardCharsets.US_ASCII));
        return keys;
    }

    private static KeyPair readKeys(MachineFolder folder)
            throws IOException, GeneralSecurityException {
        var pem = Files.readString(folder.file(KEY));
        var factory = KeyFactory.getInstance("EC");
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(Pem.der("PUBLIC KEY", pem))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(Pem.der("PRIVATE KEY", pem))));
    }

    private static X509Certificate parse(String pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The CA names the subject; ours is only a word for its log. */
    String requestPem(String machine) throws GeneralSecurityException {
        return Pem.of("CERTIFICATE REQUEST", CertificateRequest.of(machine, keys));
    }

    void install(String certificatePem) throws IOException, GeneralSecurityException {
        var next = parse(certificatePem);
        if (!next.getPublicKey().equals(keys.getPublic())) {
            throw new GeneralSecurityException("The certificate is for another key");
        }
        folder.replace(CERTIFICATE, certificatePem.getBytes(StandardCharsets.US_ASCII));
        certificate = next;
    }

    /** A certificate of an earlier incarnation is worth nothing: its folder was used again. */
    boolean isEnrolledAs(long incarnation) {
        var present = certificate;
        return present != null
                && (","
                                + present.getSubjectX500Principal()
                                        .getName(X500Principal.RFC2253, Map.of(SERIAL_NUMBER, "SN"))
                                + ",")
                        .contains(",SN=" + incarnation + ",");
    }

    /** The same key, which shows nothing. */
    Identity withoutCertificate() {
        return new Identity(folder, keys);
    }

    /** A third of the certificate's life after its beginning. */
    Instant renewalDue() {
        return enrolled().getNotBefore().toInstant().plus(life().dividedBy(3));
    }

    boolean hasExpired(Instant now) {
        return now.isAfter(enrolled().getNotAfter().toInstant());
    }

    /** The certificate's, from its beginning to its end. */
    Duration life() {
        var present = enrolled();
        return Duration.between(
                present.getNotBefore().toInstant(), present.getNotAfter().toInstant());
    }

    private X509Certificate enrolled() {
        return Objects.requireNonNull(certificate, "not enrolled");
    }

    /** The hash of the one among these that made the certificate; null where none did. */
    @Nullable String certifiedBy(List<X509Certificate> authorities)
            throws GeneralSecurityException {
        var issuer = enrolled().getIssuerX500Principal();
        for (int i = 0; i < authorities.size(); i++) {
            if (authorities.get(i).getSubjectX500Principal().equals(issuer)) {
                return Trust.hashes(authorities).get(i);
            }
        }
        return null;
    }

    /** Trusts the installation's own authorities and nothing else. */
    SslContext tls(List<X509Certificate> authorities) throws IOException {
        var builder =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .protocols("TLSv1.3")
                        .trustManager(authorities);
        var present = certificate;
        if (present != null) {
            builder.keyManager(keys.getPrivate(), present);
        }
        return builder.build();
    }
}
