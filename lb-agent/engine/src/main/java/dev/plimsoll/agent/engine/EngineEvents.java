package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;

/** What the engine tells its owner. Called on event loops: return at once, never block. */
public interface EngineEvents {

    /** A target's state, or the reason for its being unhealthy, is another than before. */
    void targetChanged(TargetHealth health);

    /** Something happened that no client and no target should be able to cause. */
    void fault(String sentence, Throwable cause);
}
