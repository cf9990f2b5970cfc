/** Machines' files and processes on this host, for the drivers whose machines live there. */
@NullMarked
package dev.plimsoll.provisioner.driver.process;

import org.jspecify.annotations.NullMarked;
