/** Everything that can go wrong, in one catalogue and with one body. */
@NullMarked
package dev.plimsoll.api.problem;

import org.jspecify.annotations.NullMarked;
