/**
 * Machines that are nothing but their agents, and agents that forward nothing, all in the
 * provisioner's own process. Everything else is real: keys, enrolment, mTLS, the stream and every
 * message on it. For tests of clients and of the control plane; see {@link
 * dev.plimsoll.provisioner.driver.simulated.Fault} for what can be made to go wrong.
 */
@NullMarked
package dev.plimsoll.provisioner.driver.simulated;

import org.jspecify.annotations.NullMarked;
