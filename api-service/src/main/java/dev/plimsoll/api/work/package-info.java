/** What the provisioner works on, or is about to. */
@NullMarked
package dev.plimsoll.api.work;

import org.jspecify.annotations.NullMarked;
