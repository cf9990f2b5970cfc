package dev.plimsoll.agent.app.control;

import dev.plimsoll.agent.protocol.AgentMessage;

/**
 * One open control stream, as the agent speaks into it. Used by the agent's control thread only.
 */
public interface Outlet {

    /** Drops the stream if the gateway does not take what is said; it will be dialled again. */
    void say(AgentMessage message);
}
