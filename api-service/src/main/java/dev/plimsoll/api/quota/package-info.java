/** How much a project may order. */
@NullMarked
package dev.plimsoll.api.quota;

import org.jspecify.annotations.NullMarked;
