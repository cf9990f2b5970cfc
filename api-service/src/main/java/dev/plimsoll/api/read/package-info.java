/** What lists have in common: pages, cursors, conditions, and the reading of rows. */
@NullMarked
package dev.plimsoll.api.read;

import org.jspecify.annotations.NullMarked;
