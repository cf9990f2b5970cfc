package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.app.push.Sample.Series;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code /metrics} shows, as series of the same names and values. */
final class Samples {
    private final Map<String, String> common;
    private final List<Sample> samples = new ArrayList<>();

    private Samples(Map<String, String> common) {
        this.common = common;
    }

    /**
     * @param common labels of all samples
     */
    static List<Sample> of(MetricSnapshots snapshots, Map<String, String> common) {
        var samples = new Samples(common);
        snapshots.forEach(samples::add);
        return samples.samples;
    }

    private void add(MetricSnapshot snapshot) {
        var name = snapshot.getMetadata().getPrometheusName();
        switch (snapshot) {
            case CounterSnapshot counter ->
                    counter.getDataPoints()
                            .forEach(it -> add(total(name), it.getLabels(), it.getValue()));
            case GaugeSnapshot gauge ->
                    gauge.getDataPoints().forEach(it -> add(name, it.getLabels(), it.getValue()));
            case HistogramSnapshot histogram ->
                    histogram.getDataPoints().forEach(it -> add(name, it));
            default -> throw new IllegalStateException("Not a kind of metric that agents have");
        }
    }

    private static String total(String name) {
        return name.endsWith("_total") ? name : name + "_total";
    }

    private void add(String name, HistogramDataPointSnapshot histogram) {
        var own = histogram.getLabels();
        long count = 0;
        for (var bucket : histogram.getClassicBuckets()) {
            count += bucket.getCount();
            var labels = labels(own);
            labels.put("le", bound(bucket.getUpperBound()));
            samples.add(Sample.of(Series.of(name + "_bucket", common, labels), count));
        }
        add(name + "_count", own, count);
        add(name + "_sum", own, histogram.getSum());
    }

    private static String bound(double bound) {
        return bound == Double.POSITIVE_INFINITY ? "+Inf" : Double.toString(bound);
    }

    private void add(String name, Labels own, double value) {
        samples.add(Sample.of(Series.of(name, common, labels(own)), value));
    }

    private static Map<String, String> labels(Labels own) {
        var labels = new TreeMap<String, String>();
        own.forEach(label -> labels.put(label.getName(), label.getValue()));
        return labels;
    }
}
