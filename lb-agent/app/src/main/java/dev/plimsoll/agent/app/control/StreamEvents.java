package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.GatewayMessage;

/** What a control stream brings. Called on the link's threads: hand over and return. */
public interface StreamEvents {
    void opened(Outlet outlet);

    void received(GatewayMessage message);

    void closed(Outlet outlet);

    /** To be said on the stream, if there is one, in its turn. */
    void toSay(AgentMessage message);
}
