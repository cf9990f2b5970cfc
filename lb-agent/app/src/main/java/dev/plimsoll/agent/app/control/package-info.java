/** The agent's side of the control stream: identity, enrolment, dialling, messages. */
@NullMarked
package dev.plimsoll.agent.app.control;

import org.jspecify.annotations.NullMarked;
