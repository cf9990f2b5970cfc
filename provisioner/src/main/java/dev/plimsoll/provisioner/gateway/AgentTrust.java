package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.ca.TrustedAuthorities;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets the handshake of whoever shows a certificate of an authority of ours pass, expired or not:
 * an agent that was cut off for long may still renew. The handlers judge the rest.
 */
final class AgentTrust extends X509ExtendedTrustManager {
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final Supplier<TrustedAuthorities> authorities;
    private final Runnable onStranger;

    AgentTrust(Supplier<TrustedAuthorities> authorities, Runnable onStranger) {
        this.authorities = authorities;
        this.onStranger = onStranger;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        try {
            chain[0].verify(authorityOf(chain[0]).getPublicKey());
            var usage = chain[0].getExtendedKeyUsage();
            if (usage == null || !usage.equals(List.of(CLIENT_AUTHENTICATION))) {
                throw new CertificateException("not an agent's certificate");
            }
        } catch (GeneralSecurityException e) {
            onStranger.run();
            throw new CertificateException("not a certificate of this installation", e);
        }
    }

    private X509Certificate authorityOf(X509Certificate certificate) throws CertificateException {
        return authorities.get().certificates().values().stream()
                .filter(one ->
                        one.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                .findFirst()
                .orElseThrow(() -> new CertificateException("of nobody that is trusted"));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("a gateway calls nobody");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    /**
     * Not told: an agent whose authority is gone would then show nothing, and not be told that what
     * it has counts no more.
     */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
