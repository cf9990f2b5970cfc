package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.ca.CertificateAuthority.ServerIdentity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway shows: a certificate of the authority that issues now. Those that it showed
 * before are kept as long as their authority counts, for handshakes that have begun with them.
 */
final class GatewayKeys extends X509ExtendedKeyManager {
    private static final String KEY_TYPE = "EC";

    private volatile Shown shown;

    GatewayKeys(ServerIdentity first) {
        this.shown = new Shown(alias(first), Map.of(alias(first), first));
    }

    private record Shown(String present, Map<String, ServerIdentity> all) {}

    boolean shows(UUID authority) {
        return shown.present.equals(authority.toString());
    }

    void show(ServerIdentity next) {
        var all = new LinkedHashMap<>(shown.all);
        all.put(alias(next), next);
        shown = new Shown(alias(next), all);
    }

    /** The one that is shown now is kept in any case. */
    void keepOnly(Collection<UUID> authorities) {
        var all = new LinkedHashMap<>(shown.all);
        all.values()
                .removeIf(one ->
                        !alias(one).equals(shown.present)
                                && !authorities.contains(one.authority()));
        shown = new Shown(shown.present, all);
    }

    private static String alias(ServerIdentity identity) {
        return identity.authority().toString();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return keyType.equals(KEY_TYPE) ? shown.present : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        var identity = shown.all.get(alias);
        return identity == null ? null : new X509Certificate[] {identity.certificate()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        var identity = shown.all.get(alias);
        return identity == null ? null : identity.key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {shown.present};
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
