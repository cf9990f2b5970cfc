/** Turns orders into running agents. Start reading at {@code reconcile}, then {@code gateway}. */
@NullMarked
package dev.plimsoll.provisioner;

import org.jspecify.annotations.NullMarked;
