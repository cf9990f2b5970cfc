/** What a write would do, said by those who would do it. */
@NullMarked
package dev.plimsoll.api.rehearsal;

import org.jspecify.annotations.NullMarked;
