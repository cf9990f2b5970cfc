package dev.plimsoll.api.usage;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A load balancer that was in use, whether or not it still is there.
 *
 * @param deletedAt when its deletion was asked for
 * @param labels as they were last within the time asked for
 * @param intervals those of the months asked for
 */
public record UsedLoadBalancer(
        UUID id,
        String region,
        String name,
        Instant createdAt,
        @Nullable Instant deletedAt,
        Map<String, String> labels,
        List<Interval> intervals) {
    public UsedLoadBalancer {
        labels = Map.copyOf(labels);
        intervals = List.copyOf(intervals);
    }

    boolean isRunning() {
        return intervals.stream().anyMatch(Interval::isOpen);
    }
}
