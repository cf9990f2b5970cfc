/** Processes of this host, told apart for good. */
@NullMarked
package dev.plimsoll.provisioner.process;

import org.jspecify.annotations.NullMarked;
