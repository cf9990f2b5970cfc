package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.AgentMessage.AuthoritiesHeld;
import io.netty.handler.ssl.SslContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some authorities, made ready once for all agents that trust them. */
record Trust(SslContext context, List<X509Certificate> authorities) {

    AuthoritiesHeld heldWith(@Nullable X509Certificate certificate) {
        return new AuthoritiesHeld(
                authorities.stream().map(Trust::sha256).toList(),
                certificate == null ? null : issuerOf(certificate));
    }

    private @Nullable String issuerOf(X509Certificate certificate) {
        return authorities.stream()
                .filter(one ->
                        one.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .map(Trust::sha256)
                .findFirst()
                .orElse(null);
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
