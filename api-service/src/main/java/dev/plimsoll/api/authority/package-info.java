/** By whom gateways and agents know each other, as the provisioner wrote it down. */
@NullMarked
package dev.plimsoll.api.authority;

import org.jspecify.annotations.NullMarked;
