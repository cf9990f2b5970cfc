package dev.plimsoll.agent.app;

import java.io.StringReader;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** The CA of a test's installation. */
final class TestAuthority {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final X500Name name = new X500Name("CN=Test CA " + MADE.incrementAndGet());
    final KeyPair keys = newKeys();
    final X509Certificate certificate;
    final KeyPair gatewayKeys = newKeys();
    final X509Certificate gatewayCertificate;

    TestAuthority() throws Exception {
        certificate = sign(name, keys.getPublic(), Duration.ofDays(1), null);
        gatewayCertificate =
                sign(
                        new X500Name("CN=Test gateway"),
                        gatewayKeys.getPublic(),
                        Duration.ofDays(1),
                        KeyPurposeId.id_kp_serverAuth);
    }

    private static KeyPair newKeys() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** Certifies a request's key; the request must be signed with it. */
    X509Certificate certify(String requestPem, String machine, long incarnation, Duration life)
            throws Exception {
        try (var parser = new PEMParser(new StringReader(requestPem))) {
            var request =
                    new JcaPKCS10CertificationRequest(
                            (PKCS10CertificationRequest) parser.readObject());
            var key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("Not signed with its key");
            }
            return sign(
                    new X500Name("CN=" + machine + ",SERIALNUMBER=" + incarnation),
                    key,
                    life,
                    KeyPurposeId.id_kp_clientAuth);
        }
    }

    /** What an agent would show that poses as a gateway. */
    X509Certificate asIfForAnAgent(PublicKey key) throws Exception {
        return sign(
                new X500Name("CN=machine,SERIALNUMBER=1"),
                key,
                Duration.ofDays(1),
                KeyPurposeId.id_kp_clientAuth);
    }

    private X509Certificate sign(X500Name subject, PublicKey key, Duration life, KeyPurposeId use)
            throws Exception {
        var from = Instant.now().minusSeconds(1);
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        new BigInteger(64, new SecureRandom()),
                        Date.from(from),
                        Date.from(from.plus(life).plusSeconds(1)),
                        subject,
                        key);
        if (use == null) {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        } else {
            builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(use));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, "gateway.test")));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(keys.getPrivate())));
    }

    String sha256() throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    static String pem(X509Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
