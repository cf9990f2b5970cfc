package dev.plimsoll.agent.engine;

import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority, and servers with certificates of it. */
final class TestCertificates {
    private static final X500Name AUTHORITY = new X500Name("CN=Test authority");

    private final KeyPair authorityKey = newKey();
    private final X509Certificate authority =
            sign(AUTHORITY, authorityKey, Instant.now().plus(Duration.ofDays(1)));

    TestCertificates() throws Exception {}

    private static KeyPair newKey() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private X509Certificate sign(X500Name subject, KeyPair key, Instant until) throws Exception {
        var certificate =
                new JcaX509v3CertificateBuilder(
                        AUTHORITY,
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(until.minus(Duration.ofDays(2))),
                        Date.from(until),
                        subject,
                        key.getPublic());
        certificate.addExtension(
                Extension.basicConstraints, true, new BasicConstraints(subject.equals(AUTHORITY)));
        return new JcaX509CertificateConverter()
                .getCertificate(
                        certificate.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(authorityKey.getPrivate())));
    }

    String pem() throws Exception {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(authority);
        }
        return text.toString();
    }

    SSLContext server() throws Exception {
        return server(Instant.now().plus(Duration.ofDays(1)));
    }

    SSLContext server(Instant until) throws Exception {
        var key = newKey();
        var certificate = sign(new X500Name("CN=some.name"), key, until);
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                key.getPrivate(),
                new char[0],
                new X509Certificate[] {certificate, authority});
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
