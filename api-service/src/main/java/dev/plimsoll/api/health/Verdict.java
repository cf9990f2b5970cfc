package dev.plimsoll.api.health;

import dev.plimsoll.api.health.HealthReport.State;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an agent last said of a target.
 *
 * @param phase that the deciding probe reached; null where none decided
 */
record Verdict(
        UUID machine,
        Place place,
        State state,
        HealthReason reason,
        Instant since,
        HealthReason.@Nullable Phase phase,
        @Nullable Integer httpStatus) {}
