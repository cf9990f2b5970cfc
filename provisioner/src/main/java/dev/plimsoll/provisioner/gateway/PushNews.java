package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.GatewayMessage.PushAccessGiven;
import dev.plimsoll.agent.protocol.PushAccess;
import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Whether an agent has to be told with what to push. What it was told last is remembered by its
 * hash: a gateway has thousands of streams, and no password in any of them. Of one session.
 */
final class PushNews {
    private static final String NOTHING = "";

    private final PushCredentials credentials;
    private String told = NOTHING;

    PushNews(PushCredentials credentials) {
        this.credentials = credentials;
    }

    /**
     * Empty where there is nothing new.
     *
     * @param isNamed whether the order names any credentials, so that most need no look at them
     */
    Optional<PushAccessGiven> of(LoadBalancerId loadBalancer, boolean isNamed) {
        var access = isNamed ? credentials.access(loadBalancer) : Optional.<PushAccess>empty();
        var hash = access.map(PushNews::hash).orElse(NOTHING);
        if (hash.equals(told)) {
            return Optional.empty();
        }
        told = hash;
        return access.map(PushAccessGiven::new);
    }

    private static String hash(PushAccess access) {
        try {
            var text = AgentJson.MAPPER.writeValueAsString(access);
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
