package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.engine.FlowLog;
import dev.plimsoll.agent.engine.FlowRecord;
import dev.plimsoll.agent.protocol.ConnectionReport;
import dev.plimsoll.agent.protocol.PushReport.Kind;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What an agent has to push.
 *
 * @param report how a flow is told of
 */
public record AgentFeeds(
        UUID machine,
        Supplier<MetricSnapshots> metrics,
        FlowLog flows,
        Function<FlowRecord, ConnectionReport> report)
        implements Pushes.Feeds {

    @Override
    public Feed of(Kind kind) {
        var identification = new Identification(machine);
        return switch (kind) {
            case METRICS -> new MetricsFeed(metrics, identification, InstantSource.system());
            case LOGS -> new LogsFeed(new FlowLines(flows, report), identification);
        };
    }
}
