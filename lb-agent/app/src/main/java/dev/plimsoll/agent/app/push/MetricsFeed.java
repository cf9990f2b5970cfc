package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.app.push.Sample.Series;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Samples of all metrics, each time of the same moment, compressed and kept until they are taken:
 * for some minutes of the usual agent, then the oldest go. A series that has ended is said to have.
 */
final class MetricsFeed implements Feed {
    /** As Prometheus itself sends by default. */
    static final int MOST_SAMPLES = 2_000;

    static final int MOST_WAITING_BYTES = 1 << 20;
    static final int MOST_WAITING = 40;

    private static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Encoding", "snappy",
                    "Content-Type", "application/x-protobuf",
                    "X-Prometheus-Remote-Write-Version", "0.1.0");

    private final Supplier<MetricSnapshots> metrics;
    private final Identification identification;
    private final InstantSource clock;
    private final Deque<Load> waiting = new ArrayDeque<>();
    private Set<Series> before = Set.of();
    private long waitingBytes;
    private long lost;

    MetricsFeed(
            Supplier<MetricSnapshots> metrics, Identification identification, InstantSource clock) {
        this.metrics = metrics;
        this.identification = identification;
        this.clock = clock;
    }

    @Override
    public Map<String, String> headers() {
        return HEADERS;
    }

    @Override
    public Duration every(Aim aim) {
        return aim.every();
    }

    @Override
    public void gather(Aim aim) {
        var samples =
                new ArrayList<>(Samples.of(metrics.get(), identification.labels(aim.access())));
        var series =
                samples.stream()
                        .map(Sample::series)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        before.stream().filter(it -> !series.contains(it)).map(Sample::end).forEach(samples::add);
        before = series;
        long at = clock.millis();
        for (int i = 0; i < samples.size(); i += MOST_SAMPLES) {
            put(samples.subList(i, Math.min(i + MOST_SAMPLES, samples.size())), at);
        }
    }

    private void put(List<Sample> samples, long at) {
        var body = SnappyBlock.compress(WriteRequest.of(samples, at));
        waiting.add(new Load(body, samples.size()));
        waitingBytes += body.length;
        while (waiting.size() > MOST_WAITING || waitingBytes > MOST_WAITING_BYTES) {
            lost += remove().items();
        }
    }

    @Override
    public @Nullable Load next(Aim aim) {
        return waiting.peek();
    }

    @Override
    public void done() {
        if (!waiting.isEmpty()) {
            remove();
        }
    }

    private Load remove() {
        var oldest = waiting.remove();
        waitingBytes -= oldest.body().length;
        return oldest;
    }

    @Override
    public long lost() {
        return lost;
    }
}
