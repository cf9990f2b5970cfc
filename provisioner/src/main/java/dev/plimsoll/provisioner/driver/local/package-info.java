/**
 * Machines that are child processes on this host. Needs nothing and no special rights; an agent
 * outlives the provisioner that started it and is adopted by the next one.
 */
@NullMarked
package dev.plimsoll.provisioner.driver.local;

import org.jspecify.annotations.NullMarked;
