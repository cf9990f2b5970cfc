/** What goes through the agent, in slots of a few seconds, for whoever draws it. */
@NullMarked
package dev.plimsoll.agent.app.traffic;

import org.jspecify.annotations.NullMarked;
