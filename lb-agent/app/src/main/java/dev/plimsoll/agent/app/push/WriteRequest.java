package dev.plimsoll.agent.app.push;

import java.util.List;

/**
 * The body of a push by <a
 * href="https://prometheus.io/docs/specs/prw/remote_write_spec/">Prometheus remote write 1.0</a>,
 * before it is compressed:
 *
 * <pre>
 * message WriteRequest { repeated TimeSeries timeseries = 1; }
 * message TimeSeries   { repeated Label labels = 1; repeated Sample samples = 2; }
 * message Label        { string name = 1; string value = 2; }
 * message Sample       { double value = 1; int64 timestamp = 2; }
 * </pre>
 */
final class WriteRequest {
    private final ProtobufWriter request = new ProtobufWriter();
    private final ProtobufWriter series = new ProtobufWriter();
    private final ProtobufWriter part = new ProtobufWriter();

    private WriteRequest() {}

    static byte[] of(List<Sample> samples, long atEpochMillis) {
        var writer = new WriteRequest();
        for (var sample : samples) {
            writer.add(sample, atEpochMillis);
        }
        return writer.request.toBytes();
    }

    private void add(Sample sample, long atEpochMillis) {
        series.clear();
        sample.series().labels().forEach(this::label);
        part.clear();
        part.fixed64(1, sample.bits());
        part.integer(2, atEpochMillis);
        series.message(2, part);
        request.message(1, series);
    }

    private void label(String name, String value) {
        part.clear();
        part.text(1, name);
        part.text(2, value);
        series.message(1, part);
    }
}
