package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;

/** Lets connections that wait for a verdict know of each, then the engine's owner. */
record WakingEvents(Runnable wake, EngineEvents owner) implements EngineEvents {

    @Override
    public void targetChanged(TargetHealth health) {
        wake.run();
        owner.targetChanged(health);
    }

    @Override
    public void fault(String sentence, Throwable cause) {
        owner.fault(sentence, cause);
    }
}
