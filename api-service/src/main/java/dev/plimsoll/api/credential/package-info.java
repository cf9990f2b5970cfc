/** Credentials that load balancers ship metrics and logs with; their passwords are write-only. */
@NullMarked
package dev.plimsoll.api.credential;

import org.jspecify.annotations.NullMarked;
