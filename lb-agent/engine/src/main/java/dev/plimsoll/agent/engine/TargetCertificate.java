package dev.plimsoll.agent.engine;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Whose certificate a target has shown, whether it was trusted or not asked for that. */
record TargetCertificate(String protocol, List<String> names) {
    private static final int MOST_NAMES = 3;
    private static final int MOST_LENGTH = 100;
    private static final int DNS = 2;
    private static final int IP = 7;

    static TargetCertificate of(SSLSession session) {
        return new TargetCertificate(session.getProtocol(), namesIn(session));
    }

    private static List<String> namesIn(SSLSession session) {
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return names(certificate);
            }
        } catch (SSLPeerUnverifiedException | CertificateParsingException _) {
            // it has none that could be read
        }
        return List.of();
    }

    private static List<String> names(X509Certificate certificate)
            throws CertificateParsingException {
        @Nullable Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives == null) {
            return List.of(shortened(String.valueOf(certificate.getSubjectX500Principal())));
        }
        return alternatives.stream()
                .filter(name -> Objects.equals(name.get(0), DNS) || Objects.equals(name.get(0), IP))
                .map(name -> shortened(String.valueOf(name.get(1))))
                .toList();
    }

    private static String shortened(String name) {
        return name.length() <= MOST_LENGTH ? name : name.substring(0, MOST_LENGTH);
    }

    boolean isFor(String address) {
        return names.contains(address);
    }

    String words(String address) {
        var whose =
                names.isEmpty()
                        ? "nobody in particular"
                        : String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
        return isFor(address)
                ? "%s, with a certificate for %s.".formatted(protocol, address)
                : "%s; the certificate is for %s and not for %s, which health checks do not compare."
                        .formatted(protocol, whose, address);
    }
}
