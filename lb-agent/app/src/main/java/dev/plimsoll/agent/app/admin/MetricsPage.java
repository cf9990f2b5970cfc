package dev.plimsoll.agent.app.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plimsoll.agent.app.Agent;
import dev.plimsoll.agent.app.control.LinkMeters;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** All that the agent counts, as Prometheus reads it. */
public final class MetricsPage implements Supplier<String> {
    private final Metrics metrics;
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    public MetricsPage(Agent agent, LinkMeters link) {
        this.metrics = new Metrics(agent, link);
    }

    @Override
    public String get() {
        var page = new ByteArrayOutputStream();
        try {
            writer.write(page, metrics.get().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return page.toString(UTF_8);
    }

    /** The same, for who pushes it. */
    public MetricSnapshots snapshots() {
        return metrics.get().scrape();
    }

    String mediaType() {
        return writer.getContentType();
    }
}
