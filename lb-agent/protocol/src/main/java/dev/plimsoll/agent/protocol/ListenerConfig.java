package dev.plimsoll.agent.protocol;

import java.util.List;

/**
 * One port that clients connect to.
 *
 * @param name unique among the listeners of a document; used in metrics and reports
 * @param targetPool name of a pool of the same document
 * @param idleTimeoutMillis time without payload in either direction after which a connection or
 *     session ends
 * @param serverNames TLS server names routed here, empty for all others; only with {@link
 *     Protocol#TLS_PASSTHROUGH}
 */
public record ListenerConfig(
        String name,
        Protocol protocol,
        int port,
        String targetPool,
        long idleTimeoutMillis,
        List<String> serverNames) {

    public enum Protocol {
        TCP,
        UDP,
        TCP_PROXY,
        TLS_PASSTHROUGH
    }

    public ListenerConfig {
        serverNames = List.copyOf(serverNames);
    }
}
