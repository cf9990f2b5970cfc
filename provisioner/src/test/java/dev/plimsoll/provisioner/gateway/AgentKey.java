package dev.plimsoll.provisioner.gateway;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** What an agent keeps in its folder. */
public final class AgentKey {
    private static final char[] NO_PASSWORD = new char[0];

    private final KeyPair pair = newPair();
    private X509Certificate certificate;

    public String requestPem() {
        try {
            var request =
                    new JcaPKCS10CertificationRequestBuilder(
                                    new X500Name("CN=whatever"), pair.getPublic())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(pair.getPrivate()));
            return "-----BEGIN CERTIFICATE REQUEST-----\n"
                    + Base64.getMimeEncoder().encodeToString(request.getEncoded())
                    + "\n-----END CERTIFICATE REQUEST-----\n";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public KeyPair pair() {
        return pair;
    }

    public void certificate(String pem) {
        certificate = parse(pem);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Shows nothing. */
    AgentKey stranger() {
        return new AgentKey();
    }

    SSLContext tls(String caPem) {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (var authority : parseAll(caPem)) {
                trusted.setCertificateEntry("ca-" + trusted.size(), authority);
            }
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (certificate != null) {
                own.setKeyEntry(
                        "me", pair.getPrivate(), NO_PASSWORD, new Certificate[] {certificate});
            }
            var keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, NO_PASSWORD);
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate parse(String pem) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(
                                            pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Collection<? extends Certificate> parseAll(String pem)
            throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static KeyPair newPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
