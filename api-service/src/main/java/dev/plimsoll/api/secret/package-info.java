/** What is kept in the database but readable to nobody who has only the database. */
@NullMarked
package dev.plimsoll.api.secret;

import org.jspecify.annotations.NullMarked;
