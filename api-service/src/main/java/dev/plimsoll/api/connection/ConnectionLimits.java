package dev.plimsoll.api.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.plimsoll.api.problem.DomainFailure;
import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** How often a project may have its agents look at all their connections. */
@Component
class ConnectionLimits {
    private static final int MOST_PROJECTS = 10_000;

    private final ConnectionSettings settings;
    private final Cache<UUID, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST_PROJECTS).build();
    private final Counter refused;

    ConnectionLimits(ConnectionSettings settings, MeterRegistry meters) {
        this.settings = settings;
        this.refused =
                Counter.builder("plimsoll.connections.refused")
                        .description("Requests about connections answered with 429")
                        .register(meters);
    }

    void take(UUID projectId) {
        var probe = buckets.get(projectId, _ -> full()).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            refused.increment();
            var wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
            throw new DomainFailure.TooManyConnectionQueries(wait.toSeconds() + 1);
        }
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(settings.atOnce())
                                .refillGreedy(settings.perMinute(), Duration.ofMinutes(1)))
                .build();
    }
}
