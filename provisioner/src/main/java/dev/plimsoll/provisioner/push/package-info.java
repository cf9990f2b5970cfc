/** What agents need to push metrics and logs, and how it goes. */
@NullMarked
package dev.plimsoll.provisioner.push;

import org.jspecify.annotations.NullMarked;
