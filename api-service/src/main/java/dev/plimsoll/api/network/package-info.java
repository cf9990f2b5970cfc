/** Which addresses a project's networks have, as far as the operator has told. */
@NullMarked
package dev.plimsoll.api.network;

import org.jspecify.annotations.NullMarked;
