/** Hearing at once what others wrote to the database. */
@NullMarked
package dev.plimsoll.api.notice;

import org.jspecify.annotations.NullMarked;
