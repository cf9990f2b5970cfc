package dev.plimsoll.api.metrics;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Figures over time.
 *
 * @param known for each point, the part of it that is
 */
public record SeriesReport(
        Instant from,
        Instant to,
        Resolution resolution,
        List<Double> known,
        List<Agent> agents,
        List<Series> series) {

    public enum AgentReason {
        ANSWERED,
        NOT_CONNECTED,
        NO_ANSWER
    }

    public record Agent(UUID machine, @Nullable String role, AgentReason reason) {}

    /**
     * @param values one for each point; null where it is not known
     */
    public record Series(SeriesKind kind, List<@Nullable Double> values) {}
}
