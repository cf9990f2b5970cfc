/** What every write has in common: where it came from, its transaction, and its trace. */
@NullMarked
package dev.plimsoll.api.write;

import org.jspecify.annotations.NullMarked;
