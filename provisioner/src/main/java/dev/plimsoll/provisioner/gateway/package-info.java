/**
 * The agents' side of the provisioner. Agents dial in, enrol, and keep a stream open;
 * configurations go down it as soon as they are committed, and what agents say of themselves comes
 * up. Start reading at {@link dev.plimsoll.provisioner.gateway.Gateway}, then {@code Session}.
 */
@NullMarked
package dev.plimsoll.provisioner.gateway;

import org.jspecify.annotations.NullMarked;
