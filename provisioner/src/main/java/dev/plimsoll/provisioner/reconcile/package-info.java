/**
 * From an order to running agents: {@link dev.plimsoll.provisioner.reconcile.Plan#between} says
 * what to do, {@code Steps} does it, {@code Verdict} says what is true afterwards. Start reading at
 * {@link dev.plimsoll.provisioner.reconcile.LoadBalancerReconciler}.
 */
@NullMarked
package dev.plimsoll.provisioner.reconcile;

import org.jspecify.annotations.NullMarked;
