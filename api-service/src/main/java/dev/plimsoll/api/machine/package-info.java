/** Machines and what their agents last said, as the provisioner wrote it down. */
@NullMarked
package dev.plimsoll.api.machine;

import org.jspecify.annotations.NullMarked;
