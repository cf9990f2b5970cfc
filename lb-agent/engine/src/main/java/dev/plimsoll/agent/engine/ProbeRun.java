package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One probe outside of the regular ones, with the time of each phase. Lives on the event loop. */
final class ProbeRun implements Probe.Listener {

    /**
     * @param connectedMillis from the start to the connection; 0 if it did not come to that
     * @param securedMillis from the start to the end of TLS, or to the connection without it
     * @param millis from the start to the end
     * @param certificate the target's; null without TLS
     */
    record End(
            ProbeOutcome outcome,
            int connectedMillis,
            int securedMillis,
            int millis,
            @Nullable TargetCertificate certificate) {}

    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();
    private int connectedMillis;
    private int securedMillis;
    private @Nullable TargetCertificate certificate;

    private ProbeRun() {}

    /** Returns within the plan's time-out, or a moment after. */
    static End of(ProbePlan plan, EventLoop loop, Transport transport) throws InterruptedException {
        var run = new ProbeRun();
        loop.execute(() -> run.start(plan, loop, transport));
        try {
            return run.end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private void start(ProbePlan plan, EventLoop loop, Transport transport) {
        try {
            Probe.start(plan, loop, transport, this);
        } catch (ChannelException outOfDescriptors) {
            onVerdict(ProbeOutcome.failed(Phase.CONNECT, outOfDescriptors));
        } catch (RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    @Override
    public void onPassed(Phase phase, @Nullable SSLSession session) {
        if (phase == Phase.CONNECT) {
            connectedMillis = millis();
        }
        securedMillis = millis();
        certificate = session == null ? null : TargetCertificate.of(session);
    }

    @Override
    public void onVerdict(ProbeOutcome outcome) {
        end.complete(new End(outcome, connectedMillis, securedMillis, millis(), certificate));
    }

    @Override
    public void onClosed() {}

    private int millis() {
        return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
