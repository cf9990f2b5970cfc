package dev.plimsoll.api.inquiry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.plimsoll.api.problem.DomainFailure.AskedTooOften;
import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.UUID;
import java.util.function.LongFunction;

/** How often a project may have something asked that costs its agents work. */
public final class ProjectRate {
    private static final int MOST_PROJECTS = 10_000;

    private final int atOnce;
    private final int perMinute;
    private final Counter refused;
    private final LongFunction<AskedTooOften> failure;
    private final Cache<UUID, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MOST_PROJECTS).build();

    /**
     * @param atOnce by a project that has not asked for a while
     * @param failure given the seconds to wait
     */
    public ProjectRate(
            int atOnce, int perMinute, Counter refused, LongFunction<AskedTooOften> failure) {
        this.atOnce = atOnce;
        this.perMinute = perMinute;
        this.refused = refused;
        this.failure = failure;
    }

    public void take(UUID projectId) {
        var probe = buckets.get(projectId, _ -> full()).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            refused.increment();
            var wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
            throw failure.apply(wait.toSeconds() + 1);
        }
    }

    private Bucket full() {
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(atOnce).refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
    }
}
