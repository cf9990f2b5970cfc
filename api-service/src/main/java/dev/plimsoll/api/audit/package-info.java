/** Who wrote what; written by {@link dev.plimsoll.api.write.Audit}. */
@NullMarked
package dev.plimsoll.api.audit;

import org.jspecify.annotations.NullMarked;
