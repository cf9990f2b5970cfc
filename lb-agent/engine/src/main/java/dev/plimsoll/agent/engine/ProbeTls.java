package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.HealthCheckConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS for probes: one context for all pools with the same setting, and one thread for the
 * handshakes' arithmetic, which would hold up traffic on an event loop. Both exist only while a
 * health check wants them. Guarded by the engine's lock.
 */
final class ProbeTls {
    private final Map<HealthCheckConfig.Tls, SSLContext> contexts = new HashMap<>();
    private final ThreadPoolExecutor arithmetic;

    ProbeTls() {
        // Never longer than the number of probes at one time.
        arithmetic =
                new ThreadPoolExecutor(
                        1,
                        1,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("probe-tls").factory());
        arithmetic.allowCoreThreadTimeOut(true);
    }

    Executor arithmetic() {
        return arithmetic;
    }

    SSLContext context(HealthCheckConfig.Tls tls) {
        return contexts.computeIfAbsent(tls, ProbeTls::newContext);
    }

    void keepOnly(Set<HealthCheckConfig.Tls> used) {
        contexts.keySet().retainAll(used);
    }

    private static SSLContext newContext(HealthCheckConfig.Tls tls) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust(tls), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("Every Java platform has TLS", e);
        }
    }

    private static TrustManager[] trust(HealthCheckConfig.Tls tls)
            throws GeneralSecurityException, IOException {
        if (tls.skipCertificateValidation()) {
            return new TrustManager[] {new TrustsAnyone()};
        }
        var pem = tls.customCaPem();
        return trustManagers(pem == null ? null : withSystemAuthorities(certificates(pem)));
    }

    /** The system's authorities for null. */
    private static TrustManager[] trustManagers(@Nullable KeyStore authorities)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static KeyStore withSystemAuthorities(Collection<? extends Certificate> custom)
            throws GeneralSecurityException, IOException {
        var authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        int n = 0;
        for (var certificate : custom) {
            authorities.setCertificateEntry("custom-" + n++, certificate);
        }
        for (var manager : trustManagers(null)) {
            if (manager instanceof X509TrustManager system) {
                for (var certificate : system.getAcceptedIssuers()) {
                    authorities.setCertificateEntry("system-" + n++, certificate);
                }
            }
        }
        return authorities;
    }

    static Collection<? extends Certificate> certificates(String pem) throws CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    void stop() {
        arithmetic.shutdown();
        contexts.clear();
    }

    /** Extended, so that the platform does not add checks of its own. */
    private static final class TrustsAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
