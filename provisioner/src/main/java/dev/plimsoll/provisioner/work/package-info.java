/**
 * The queue of load balancers to look at, in PostgreSQL: claimed under a lease with a rising epoch,
 * so that any number of provisioners can work on it and none can do harm after a pause. Start
 * reading at {@link dev.plimsoll.provisioner.work.WorkLoop}.
 */
@NullMarked
package dev.plimsoll.provisioner.work;

import org.jspecify.annotations.NullMarked;
