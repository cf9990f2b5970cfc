package dev.plimsoll.provisioner.gateway;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets the handshake of whoever shows a certificate of our CA pass, expired or not: an agent that
 * was cut off for long may still renew. The handlers judge the rest.
 */
final class AgentTrust extends X509ExtendedTrustManager {
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final X509Certificate authority;
    private final Runnable onStranger;

    AgentTrust(X509Certificate authority, Runnable onStranger) {
        this.authority = authority;
        this.onStranger = onStranger;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        try {
            chain[0].verify(authority.getPublicKey());
            var usage = chain[0].getExtendedKeyUsage();
            if (usage == null || !usage.equals(List.of(CLIENT_AUTHENTICATION))) {
                throw new CertificateException("not an agent's certificate");
            }
        } catch (GeneralSecurityException e) {
            onStranger.run();
            throw new CertificateException("not a certificate of this installation", e);
        }
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

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {authority};
    }
}
