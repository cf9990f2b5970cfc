/** Certificate authorities over HTTP. */
@NullMarked
package dev.plimsoll.api.authority.web;

import org.jspecify.annotations.NullMarked;
