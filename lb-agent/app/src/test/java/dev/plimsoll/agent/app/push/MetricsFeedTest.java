package dev.plimsoll.agent.app.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.plimsoll.agent.protocol.PushAccess;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsFeedTest {
    private static final UUID MACHINE = UUID.fromString("0199a3a0-7d1e-7c53-8d0c-5a4c2d1b7e12");
    private static final PushAccess ACCESS =
            new PushAccess(List.of(), "web", "project-1", "eu01", 15_000, List.of(), List.of());
    private static final Aim AIM = Aim.of("https://m.example/w", "credentials-1", ACCESS);

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final List<String> targets = new ArrayList<>(List.of("10.0.0.1:80", "10.0.0.2:80"));
    private final MetricsFeed feed =
            new MetricsFeed(
                    registry::scrape,
                    new Identification(MACHINE),
                    () -> Instant.ofEpochMilli(1_772_366_400_123L));

    MetricsFeedTest() {
        CounterWithCallback.builder()
                .name("nlb_bytes")
                .help("Bytes.")
                .labelNames("direction")
                .callback(call -> call.call(123_456_789, "to_target"))
                .register(registry);
        GaugeWithCallback.builder()
                .name("nlb_target_up")
                .help("Up.")
                .labelNames("target")
                .callback(call -> targets.forEach(target -> call.call(1, target)))
                .register(registry);
        registry.register(() ->
                HistogramSnapshot.builder()
                        .name("nlb_connect_seconds")
                        .help("Time.")
                        .dataPoint(
                                HistogramDataPointSnapshot.builder()
                                        .classicHistogramBuckets(
                                                ClassicHistogramBuckets.of(
                                                        new double[] {
                                                            0.001, 1, Double.POSITIVE_INFINITY
                                                        },
                                                        new long[] {3, 4, 5}))
                                        .sum(7.5)
                                        .build())
                        .build());
    }

    @Test
    void samplesAreThoseOfThePageWithLabelsThatSayWhoPushes() throws Exception {
        feed.gather(AIM);

        var received = received();

        assertThat(received)
                .allSatisfy(sample -> {
                    assertThat(sample.atEpochMillis()).isEqualTo(1_772_366_400_123L);
                    assertThat(List.copyOf(sample.labels().keySet())).isSorted();
                    assertThat(sample.labels())
                            .contains(
                                    entry("load_balancer", "web"),
                                    entry("project", "project-1"),
                                    entry("region", "eu01"),
                                    entry("machine", MACHINE.toString()));
                });
        assertThat(received.stream().map(MetricsFeedTest::line).sorted().toList())
                .isEqualTo(page());
    }

    @Test
    void seriesThatEndsIsSaidToHaveEnded() {
        feed.gather(AIM);
        feed.done();
        targets.removeFirst();

        feed.gather(AIM);

        assertThat(received())
                .filteredOn(sample -> sample.bits() == Sample.STALE)
                .singleElement()
                .satisfies(
                        ended -> assertThat(ended.labels()).containsEntry("target", "10.0.0.1:80"));
        feed.done();
        feed.gather(AIM);
        assertThat(received()).noneMatch(sample -> sample.bits() == Sample.STALE);
    }

    @Test
    void whatWaitsIsBoundedAndTheOldestGoesFirst() {
        for (int i = 0; i < MetricsFeed.MOST_WAITING + 3; i++) {
            feed.gather(AIM);
        }

        int perRound = feed.next(AIM).items();
        int waiting = 0;
        for (; feed.next(AIM) != null; feed.done()) {
            waiting++;
        }
        assertThat(waiting).isEqualTo(MetricsFeed.MOST_WAITING);
        assertThat(feed.lost()).isEqualTo(3L * perRound);
    }

    @Test
    void manySamplesGoInSeveralRequests() {
        for (int i = 0; i < 5_000; i++) {
            targets.add("10.1.%d.%d:8080".formatted(i / 250, i % 250));
        }

        feed.gather(AIM);

        int requests = 0;
        int items = 0;
        for (var load = feed.next(AIM); load != null; load = feed.next(AIM)) {
            assertThat(load.items()).isLessThanOrEqualTo(MetricsFeed.MOST_SAMPLES);
            items += load.items();
            requests++;
            feed.done();
        }
        assertThat(requests).isEqualTo(3);
        assertThat(items).isEqualTo(5_000 + 2 + 1 + 5);
        assertThat(feed.lost()).isZero();
    }

    private List<Received> received() {
        return Received.of(Snappy.decompress(feed.next(AIM).body()));
    }

    /** As the text format has it, without the labels that all have. */
    private static String line(Received sample) {
        var own = new TreeMap<>(sample.labels());
        own.keySet()
                .removeAll(List.of("__name__", "load_balancer", "project", "region", "machine"));
        var labels =
                own.entrySet().stream()
                        .map((Map.Entry<String, String> it) ->
                                it.getKey() + "=\"" + it.getValue() + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
        return sample.name() + (own.isEmpty() ? "" : labels) + " " + sample.value();
    }

    private List<String> page() throws IOException {
        var page = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(page, registry.scrape());
        return page.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(MetricsFeedTest::withDouble)
                .sorted()
                .toList();
    }

    /** Counts of buckets are written without a point. */
    private static String withDouble(String line) {
        int space = line.lastIndexOf(' ');
        return line.substring(0, space) + " " + Double.parseDouble(line.substring(space + 1));
    }
}
