/**
 * What an agent and the provisioner's gateway say to each other: the configuration document, the
 * messages of the control stream, enrolment, and the file with which a machine driver starts an
 * agent. Both sides speak JSON in the shape of these records (component names as member names,
 * {@code type} naming the message, absent means null); the golden files in this package's resources
 * are read by both.
 */
@NullMarked
package dev.plimsoll.agent.protocol;

import org.jspecify.annotations.NullMarked;
