package dev.plimsoll.agent.protocol;

import java.util.List;

/** What the gateway says on the control stream. */
public sealed interface GatewayMessage {

    /**
     * A configuration to apply. Sent after Hello where the agent's differs, and for each new
     * revision.
     *
     * @param document the JSON text of an {@link AgentConfig}
     * @param sha256 lower-case hex over the UTF-8 bytes of {@code document}
     */
    record ConfigPushed(long revision, String document, String sha256) implements GatewayMessage {}

    /**
     * The gateways that live, for the next dial; kept by the agent over its own end. Sent after
     * Hello and whenever one comes or goes.
     */
    record GatewaysChanged(List<GatewayAddress> gateways) implements GatewayMessage {
        public GatewaysChanged {
            gateways = List.copyOf(gateways);
        }
    }

    /** The machine is not wanted any more: stop accepting, give up the VIP, end. */
    record Retired(String reason) implements GatewayMessage {}
}
