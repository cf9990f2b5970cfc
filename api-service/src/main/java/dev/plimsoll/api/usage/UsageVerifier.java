package dev.plimsoll.api.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Compares, from time to time, what was metered with what happened. It only reads, so any number of
 * replicas may; a difference is for a person to look at.
 */
@Component
final class UsageVerifier implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(UsageVerifier.class);
    private static final int BATCH = 200;

    private final UsageComparisons comparisons;
    private final Counter compared;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("usage-verifier").factory());

    /** As of the last round that came to its end. */
    private volatile Set<UUID> mismatches = Set.of();

    UsageVerifier(UsageComparisons comparisons, UsageSettings settings, MeterRegistry meters) {
        this.comparisons = comparisons;
        compared =
                Counter.builder("plimsoll.usage.compared")
                        .description("Load balancers whose metered use was compared")
                        .register(meters);
        Gauge.builder("plimsoll.usage.mismatches", this, it -> it.mismatches.size())
                .description(
                        "Load balancers whose metered use was not what their revisions say, in"
                                + " the last round of comparing")
                .register(meters);
        long period = settings.verifyEvery().toSeconds();
        var _ = worker.scheduleWithFixedDelay(this::verify, period, period, TimeUnit.SECONDS);
    }

    /** In small steps, each one statement. */
    void verify() {
        try {
            var found = new HashSet<UUID>();
            UUID after = null;
            List<Comparison> batch;
            do {
                batch = comparisons.recent(after, BATCH);
                batch.stream().filter(it -> !it.isMatch()).forEach(it -> tell(it, found));
                compared.increment(batch.size());
                after = batch.isEmpty() ? after : batch.getLast().loadBalancerId();
            } while (batch.size() == BATCH);
            mismatches = Set.copyOf(found);
        } catch (RuntimeException e) {
            // Whatever it is, the next round comes.
            LOG.atWarn().setCause(e).log("Cannot verify usage now");
        }
    }

    /** One that is known is not told again. */
    private void tell(Comparison comparison, Set<UUID> found) {
        found.add(comparison.loadBalancerId());
        if (!mismatches.contains(comparison.loadBalancerId())) {
            LOG.atError()
                    .addKeyValue("loadBalancerId", comparison.loadBalancerId())
                    .addKeyValue("metered", comparison.metered())
                    .addKeyValue("derived", comparison.derived())
                    .log("Metered use is not what the revisions say");
        }
    }

    @Override
    public void destroy() {
        worker.shutdownNow();
    }
}
