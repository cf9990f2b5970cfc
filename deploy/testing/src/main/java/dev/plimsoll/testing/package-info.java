/** Network namespaces and raw frames, for tests. */
@NullMarked
package dev.plimsoll.testing;

import org.jspecify.annotations.NullMarked;
