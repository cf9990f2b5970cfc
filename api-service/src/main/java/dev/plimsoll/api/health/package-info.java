/** How targets are, why, and what is wrong with them. */
@NullMarked
package dev.plimsoll.api.health;

import org.jspecify.annotations.NullMarked;
