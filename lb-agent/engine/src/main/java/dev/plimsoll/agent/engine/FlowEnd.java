package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import dev.plimsoll.agent.engine.EngineMeters.SessionEnd;

/** Why a flow came to its end: the very reasons that are counted. */
public sealed interface FlowEnd permits CloseCause, Rejection, SessionEnd {
    String name();
}
