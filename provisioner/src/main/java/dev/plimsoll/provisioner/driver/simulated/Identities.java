package dev.plimsoll.provisioner.driver.simulated;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys and certificates of all agents behind one TLS context: whose an engine shows is told by
 * the name that the engine was made with. A context for each agent would cost more than the agent.
 */
final class Identities extends X509ExtendedKeyManager {
    private static final String[] NONE = {};

    private final Map<String, Identity> byMachine = new ConcurrentHashMap<>();

    void put(String machine, Identity identity) {
        byMachine.put(machine, identity);
    }

    void remove(String machine) {
        byMachine.remove(machine);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        var machine = engine.getPeerHost();
        return machine != null && byMachine.containsKey(machine) ? machine : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String machine) {
        var identity = byMachine.get(machine);
        return identity == null ? null : new X509Certificate[] {identity.certificate()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String machine) {
        var identity = byMachine.get(machine);
        return identity == null ? null : identity.key();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return byMachine.keySet().toArray(NONE);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return NONE;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    record Identity(PrivateKey key, X509Certificate certificate) {
        @Override
        public String toString() {
            return "Identity[" + certificate.getSubjectX500Principal() + "]";
        }
    }
}
