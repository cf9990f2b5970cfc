/**
 * Machines that agents run on, whatever they are made of: the port {@link
 * dev.plimsoll.provisioner.machine.MachineDriver} and the clean-up of what nobody owns any more.
 */
@NullMarked
package dev.plimsoll.provisioner.machine;

import org.jspecify.annotations.NullMarked;
