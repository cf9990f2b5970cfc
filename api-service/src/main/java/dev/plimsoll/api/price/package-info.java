/** What plans cost, and when. */
@NullMarked
package dev.plimsoll.api.price;

import org.jspecify.annotations.NullMarked;
