package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;

/** How an attempt to put a configuration in force ended. */
public sealed interface ApplyOutcome {

    record Applied(AppliedConfig applied) implements ApplyOutcome {}

    /** Nothing changed; whatever was in force still is. */
    record Refused(ConfigRefused refusal) implements ApplyOutcome {}
}
