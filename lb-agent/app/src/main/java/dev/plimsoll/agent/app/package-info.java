/**
 * The agent's process: {@link dev.plimsoll.agent.app.AgentMain} reads the machine's folder and
 * wires {@link dev.plimsoll.agent.app.Agent}, which owns role, configuration and the engine.
 */
@NullMarked
package dev.plimsoll.agent.app;

import org.jspecify.annotations.NullMarked;
