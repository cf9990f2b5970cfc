/** Projects as operators keep them. */
@NullMarked
package dev.plimsoll.api.project;

import org.jspecify.annotations.NullMarked;
