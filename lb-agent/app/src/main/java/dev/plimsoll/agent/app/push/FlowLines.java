package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.engine.FlowLog;
import dev.plimsoll.agent.engine.FlowRecord;
import dev.plimsoll.agent.protocol.ConnectionReport;
import java.util.function.Function;

/** Ends of connections, one JSON object a line: what is told to who asks for connections. */
record FlowLines(FlowLog flows, Function<FlowRecord, ConnectionReport> report) implements Lines {

    @Override
    public long position() {
        return flows.position();
    }

    @Override
    public Some after(long position, int most) {
        var tail = flows.after(position, most);
        return new Some(
                tail.records().stream().map(this::line).toList(), tail.position(), tail.lost());
    }

    private Line line(FlowRecord flow) {
        return new Line(
                flow.endedEpochMillis(), Json.lenient().writeValueAsString(report.apply(flow)));
    }
}
