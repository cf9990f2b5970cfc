/** Programs with a key of their own, and the tokens that they get for it. */
@NullMarked
package dev.plimsoll.api.serviceaccount;

import org.jspecify.annotations.NullMarked;
