/** Projects, their tokens, and who may do what. */
@NullMarked
package dev.plimsoll.api.tenancy;

import org.jspecify.annotations.NullMarked;
