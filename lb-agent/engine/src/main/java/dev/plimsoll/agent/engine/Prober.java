package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ProbeResult.Phase;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes one target again and again, on one event loop: no thread, and one timer, per target. A
 * probe that outlasts the interval delays the next, so that there is never more than one.
 */
final class Prober implements ProbeSlots.Waiting {

    /** An event loop has other work than probing. */
    private static final long LEAST_INTERVAL_MILLIS = 10;

    /** What all probers of one event loop share. */
    record Ground(EventLoop loop, ProbeSlots slots, Transport transport, EngineMeters meters) {}

    private final Target target;
    private final HealthCheckConfig check;
    private final ProbePlan plan;
    private final Ground ground;
    private final double phase;
    private final Consumer<Target> changed;
    private final HealthTally tally;
    private boolean isFirst = true;
    private boolean isSlow = true; // until it has answered in time
    private boolean isStopped;
    private @Nullable Future<?> next;

    /**
     * @param phase from 0 to 1: where in the interval the target's regular probes lie
     */
    Prober(Target target, ProbePlan plan, Ground ground, double phase, Consumer<Target> changed) {
        this.target = target;
        this.check = Objects.requireNonNull(target.key().check());
        this.plan = plan;
        this.ground = ground;
        this.phase = phase;
        this.changed = changed;
        this.tally = new HealthTally(check.healthyThreshold(), check.unhealthyThreshold());
    }

    void start(long delayMicros) {
        ground.loop.execute(() -> schedule(TimeUnit.MICROSECONDS.toNanos(delayMicros)));
    }

    void stop() {
        ground.loop.execute(() -> {
            isStopped = true;
            if (next != null) {
                next.cancel(false);
            }
        });
    }

    private void schedule(long delayNanos) {
        if (!isStopped) {
            next =
                    ground.loop.schedule(
                            () -> ground.slots.take(this, isSlow),
                            Math.max(0, delayNanos),
                            TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void onSlot() {
        boolean slotOfSlow = isSlow;
        if (isStopped) {
            ground.loop.execute(() -> ground.slots.giveBack(slotOfSlow));
            return;
        }
        long startNanos = System.nanoTime();
        try {
            Probe.start(
                    plan,
                    ground.loop,
                    ground.transport,
                    new Probe.Listener() {
                        @Override
                        public void onVerdict(ProbeOutcome outcome) {
                            Prober.this.onVerdict(outcome, System.nanoTime() - startNanos);
                        }

                        @Override
                        public void onClosed() {
                            ground.slots.giveBack(slotOfSlow);
                        }
                    });
        } catch (ChannelException outOfDescriptors) {
            onVerdict(ProbeOutcome.failed(Phase.CONNECT, outOfDescriptors), 0);
            ground.loop.execute(() -> ground.slots.giveBack(slotOfSlow));
        }
    }

    private void onVerdict(ProbeOutcome outcome, long tookNanos) {
        if (isStopped) {
            return;
        }
        isSlow = outcome.reason() == Reason.TIMEOUT;
        ground.meters.probeEnded(outcome.reason(), tookNanos);
        judge(outcome, TimeUnit.NANOSECONDS.toMillis(tookNanos));
        schedule(waitNanos() - tookNanos);
    }

    /**
     * From the start of one probe to that of the next. The first probes of a configuration go out
     * at once; the wait after them puts each target in its place in the interval.
     */
    private long waitNanos() {
        long interval = Math.max(check.intervalMillis(), LEAST_INTERVAL_MILLIS);
        double millis =
                isFirst
                        ? interval * (0.5 + phase / 2)
                        : interval
                                + ThreadLocalRandom.current().nextDouble() * check.jitterMillis();
        isFirst = false;
        return (long) (millis * 1e6);
    }

    private void judge(ProbeOutcome outcome, long millis) {
        target.history().add(outcome, System.currentTimeMillis(), millis);
        if (outcome.isLocal()) {
            return; // says nothing about the target: the verdict stays
        }
        var before = target.state();
        var state = tally.onResult(outcome.isSuccess());
        if (state == before && target.isHealthy() != outcome.isSuccess()) {
            return; // one result of several that it takes
        }
        if (target.become(state, outcome.reason(), sentence(outcome, millis))) {
            changed.accept(target);
        }
    }

    private String sentence(ProbeOutcome outcome, long millis) {
        var address = plan.address();
        return address.getAddress().getHostAddress()
                + " port "
                + address.getPort()
                + " "
                + outcome.words()
                + " ("
                + millis
                + " ms).";
    }
}
