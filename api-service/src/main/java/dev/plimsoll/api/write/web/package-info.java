/** Writes as HTTP sees them. */
@NullMarked
package dev.plimsoll.api.write.web;

import org.jspecify.annotations.NullMarked;
