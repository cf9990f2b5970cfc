package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.write.Origin;
import java.time.Instant;
import java.util.UUID;

/**
 * One accepted spec, without the spec itself.
 *
 * @param reason as in the table {@code load_balancer_revision}
 */
public record Revision(
        UUID loadBalancerId, long generation, Origin origin, String reason, Instant at) {

    public String version() {
        return Version.of(loadBalancerId, generation);
    }
}
