/** Why load balancers are in the state that they are in. */
@NullMarked
package dev.plimsoll.api.status;

import org.jspecify.annotations.NullMarked;
