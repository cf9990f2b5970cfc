/** What keeps dead machines from being replaced, as the provisioner wrote it down. */
@NullMarked
package dev.plimsoll.api.brake;

import org.jspecify.annotations.NullMarked;
