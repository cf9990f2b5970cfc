package dev.plimsoll.api.loadbalancer.spec;

import java.util.Locale;

/** Names as in the API. */
public enum Protocol {
    PROTOCOL_UNSPECIFIED,
    PROTOCOL_TCP,
    PROTOCOL_UDP,
    PROTOCOL_TCP_PROXY,
    PROTOCOL_TLS_PASSTHROUGH;

    boolean isUdp() {
        return this == PROTOCOL_UDP;
    }

    /** {@code tcp-proxy}, as in generated names of listeners. */
    String shortName() {
        return name().substring("PROTOCOL_".length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
