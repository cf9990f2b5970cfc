package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.ca.CertificateAuthority;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * Whom the gateway trusts and what it shows, which change while it runs. BoringSSL makes the
 * handshakes where its library can be loaded, the JDK everywhere else.
 */
final class GatewayTls {
    private final CertificateAuthority authority;
    private final List<String> hosts;
    private final GatewayKeys keys;
    private final SslContext context;

    GatewayTls(CertificateAuthority authority, List<String> hosts, Runnable onStranger) {
        this.authority = authority;
        this.hosts = hosts;
        this.keys = new GatewayKeys(authority.newServerIdentity(hosts));
        this.context = context(new AgentTrust(() -> authority.trusted(), onStranger));
    }

    private SslContext context(AgentTrust trust) {
        try {
            return SslContextBuilder.forServer(keys)
                    .protocols("TLSv1.3")
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(trust)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("Cannot set up TLS for the gateway", e);
        }
    }

    SslContext context() {
        return context;
    }

    /** Who makes the handshakes, for the log. */
    String provider() {
        return context instanceof OpenSslContext ? OpenSsl.versionString() : "JDK";
    }

    /** To be called when other authorities count. */
    void follow() {
        var trusted = authority.trusted();
        if (!keys.shows(trusted.issuing())) {
            keys.show(authority.newServerIdentity(hosts));
        }
        keys.keepOnly(trusted.ids());
    }
}
