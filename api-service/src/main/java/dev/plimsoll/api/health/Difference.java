package dev.plimsoll.api.health;

import java.time.Instant;
import java.util.UUID;

/**
 * A target that one agent sees healthy and the other one not.
 *
 * @param reason of the one that does not
 */
record Difference(
        Place place, Instant since, UUID healthyBy, UUID unhealthyBy, HealthReason reason) {}
