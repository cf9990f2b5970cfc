package dev.plimsoll.agent.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import java.net.InetAddress;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What happens once per connection or per probe, without sockets. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 2, time = 2)
public class PartsBenchmark {
    private static final byte[] RESPONSE =
            """
            HTTP/1.1 200 OK
            Date: Fri, 20 Nov 2026 10:00:00 GMT
            Server: something
            Content-Type: text/plain
            Content-Length: 2

            """
                    .replace("\n", "\r\n")
                    .getBytes(ISO_8859_1);

    private final EngineMeters meters = new EngineMeters();
    private final Admission admission = new Admission();
    private final SourceRanges ranges =
            SourceRanges.of(List.of("10.0.0.0/8", "192.168.0.0/16", "2001:db8::/32"));
    private final InetAddress client = InetAddress.ofLiteral("192.168.4.5");
    private final ProbeHistory history = new ProbeHistory();
    private final ProbeOutcome outcome = new ProbeOutcome(Reason.OK, Phase.HTTP, 0, 200, "");

    private final FlowSampler sampler = new FlowSampler(1_000, System.nanoTime());

    /** What an end costs that has no record, as nearly all do here. */
    @Benchmark
    public int flowSampler() {
        return sampler.onEnd(System.nanoTime());
    }

    @Benchmark
    public boolean admission() {
        boolean taken = admission.take(10_000);
        admission.giveBack();
        return taken;
    }

    @Benchmark
    public boolean sourceRanges() {
        return ranges.admits(client);
    }

    @Benchmark
    public void meters() {
        meters.connectionOpened(1_000_000);
        meters.connectionClosed(ClosedBy.CLIENT, CloseCause.FIN, 2_000_000);
    }

    @Benchmark
    public int responseHead() {
        var head = new ResponseHead();
        for (byte b : RESPONSE) {
            head.accept(b);
        }
        return head.status();
    }

    @Benchmark
    public void probeHistory() {
        history.add(outcome, 1_767_225_600_000L, 3);
    }
}
