package dev.plimsoll.provisioner.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Makes certificates (RFC 5280) with one key. Everything is P-256 and ECDSA with SHA-256. */
final class CertificateIssuer {
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final String CURVE = "secp256r1";
    private static final int CURVE_BITS = 256;
    private static final int SERIAL_BITS = 159;
    private static final int NAME_DIGITS = 8;

    /** So that a peer whose clock is behind accepts a new certificate; of a short life a tenth. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(2);

    private static final Duration CA_LIFETIME = Duration.ofDays(3650);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name name;
    private final PrivateKey key;
    private final PublicKey publicKey;
    private final InstantSource clock;

    private CertificateIssuer(
            X500Name name, PrivateKey key, PublicKey publicKey, InstantSource clock) {
        this.name = name;
        this.key = key;
        this.publicKey = publicKey;
        this.clock = clock;
    }

    /** Of an authority that there is. */
    static CertificateIssuer of(X509Certificate authority, PrivateKey key, InstantSource clock) {
        var name = X500Name.getInstance(authority.getSubjectX500Principal().getEncoded());
        return new CertificateIssuer(name, key, authority.getPublicKey(), clock);
    }

    /** Of one that is being made. Each has a name of its own, by which chains are found. */
    static CertificateIssuer newAuthority(KeyPair keys, InstantSource clock) {
        var mark = Pem.sha256(keys.getPublic().getEncoded()).substring(0, NAME_DIGITS);
        return new CertificateIssuer(
                new X500Name("CN=Plimsoll CA " + mark), keys.getPrivate(), keys.getPublic(), clock);
    }

    static KeyPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    X509Certificate authority() {
        return sign(
                builder(name, publicKey, CA_LIFETIME),
                new Extra(Extension.basicConstraints, true, new BasicConstraints(0)),
                new Extra(
                        Extension.keyUsage,
                        true,
                        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)));
    }

    X509Certificate server(PublicKey serverKey, List<String> hosts, Duration lifetime) {
        var names = hosts.stream().distinct().map(CertificateIssuer::hostName);
        return sign(
                builder(new X500Name("CN=Plimsoll gateway"), serverKey, lifetime),
                new Extra(
                        Extension.extendedKeyUsage,
                        true,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)),
                new Extra(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(names.toArray(GeneralName[]::new))));
    }

    X509Certificate agent(PublicKey agentKey, AgentIdentity identity, Duration lifetime) {
        var subject =
                new X500NameBuilder(BCStyle.INSTANCE)
                        .addRDN(BCStyle.CN, identity.machine().toString())
                        .addRDN(BCStyle.SERIALNUMBER, Long.toString(identity.incarnation()))
                        .build();
        return sign(
                builder(subject, agentKey, lifetime),
                new Extra(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)),
                new Extra(
                        Extension.extendedKeyUsage,
                        true,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
    }

    /**
     * The key of a certificate request (RFC 2986) whose maker has proved to hold its private half.
     *
     * @throws IllegalArgumentException for anything but a sound request with a P-256 key
     */
    static PublicKey keyOf(String requestPem) {
        try {
            var request =
                    new JcaPKCS10CertificationRequest(Pem.der("CERTIFICATE REQUEST", requestPem));
            var publicKey = request.getPublicKey();
            if (!(publicKey instanceof ECPublicKey ec)
                    || ec.getParams().getCurve().getField().getFieldSize() != CURVE_BITS) {
                throw new IllegalArgumentException("not a P-256 key");
            }
            if (!request.isSignatureValid(
                    new JcaContentVerifierProviderBuilder().build(publicKey))) {
                throw new IllegalArgumentException("the request is not signed with its own key");
            }
            return publicKey;
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException e) {
            throw new IllegalArgumentException("not a certificate request", e);
        }
    }

    private X509v3CertificateBuilder builder(
            X500Name subject, PublicKey subjectKey, Duration lifetime) {
        Instant now = clock.instant();
        return new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(SERIAL_BITS, RANDOM).setBit(0),
                Date.from(now.minus(skew(lifetime))),
                Date.from(now.plus(lifetime)),
                subject,
                subjectKey);
    }

    private static Duration skew(Duration lifetime) {
        var tenth = lifetime.dividedBy(10);
        return tenth.compareTo(CLOCK_SKEW) < 0 ? tenth : CLOCK_SKEW;
    }

    private X509Certificate sign(X509v3CertificateBuilder builder, Extra... extensions) {
        try {
            for (var extra : extensions) {
                builder.addExtension(extra.id(), extra.isCritical(), extra.value());
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("Cannot issue a certificate", e);
        }
    }

    private static GeneralName hostName(String host) {
        var isAddress = host.matches("[0-9.]+") || host.contains(":");
        return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private record Extra(ASN1ObjectIdentifier id, boolean isCritical, ASN1Encodable value) {}
}
