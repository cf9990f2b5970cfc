package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth.Reason;
import dev.plimsoll.agent.protocol.HealthCheckConfig;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes one target by connecting to it, on one event loop: no thread, and one timer, per target. A
 * probe that outlasts the interval delays the next, so that there is never more than one.
 */
final class Prober {
    private static final long LINGER_MILLIS = 1_000;

    private final Target target;
    private final HealthCheckConfig check;
    private final EventLoop loop;
    private final Transport transport;
    private final EngineMeters meters;
    private final Consumer<Target> changed;
    private final HealthTally tally;
    private boolean first = true;
    private boolean stopped;
    private @Nullable Future<?> next;

    Prober(
            Target target,
            EventLoop loop,
            Transport transport,
            EngineMeters meters,
            Consumer<Target> changed) {
        this.target = target;
        this.check = Objects.requireNonNull(target.key().check());
        this.loop = loop;
        this.transport = transport;
        this.meters = meters;
        this.changed = changed;
        this.tally = new HealthTally(check.healthyThreshold(), check.unhealthyThreshold());
    }

    void start(long delayMicros) {
        loop.execute(() -> schedule(TimeUnit.MICROSECONDS.toNanos(delayMicros)));
    }

    void stop() {
        loop.execute(() -> {
            stopped = true;
            if (next != null) {
                next.cancel(false);
            }
        });
    }

    private void schedule(long delayNanos) {
        if (!stopped) {
            next = loop.schedule(this::probe, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        }
    }

    private void probe() {
        long startNanos = System.nanoTime();
        try {
            var channel = transport.connectingSocket(target.probeAddress());
            channel.config()
                    .setConnectTimeoutMillis(
                            (int) Math.min(check.timeoutMillis(), Integer.MAX_VALUE));
            channel.pipeline().addLast(new Discard());
            loop.register(channel);
            channel.connect(target.probeAddress())
                    .addListener(connected -> onEnd(channel, startNanos, connected.cause()));
        } catch (ChannelException outOfDescriptors) {
            // Says nothing about the target: the verdict stays, the next probe comes in its time.
            meters.probeEnded(Reason.OTHER, 0);
            schedule(waitNanos());
        }
    }

    private void onEnd(Channel channel, long startNanos, @Nullable Throwable failure) {
        long tookNanos = System.nanoTime() - startNanos;
        if (failure == null) {
            endByFin(channel);
        } else {
            channel.close();
        }
        if (stopped) {
            return;
        }
        judge(failure == null ? null : ConnectFailure.of(failure), tookNanos);
        schedule(waitNanos() - tookNanos);
    }

    /** From the start of one probe to that of the next; the first wait spreads a pool's targets. */
    private long waitNanos() {
        var random = ThreadLocalRandom.current();
        long interval = check.intervalMillis();
        long millis =
                first
                        ? interval / 2 + random.nextLong(interval - interval / 2 + 1)
                        : interval + random.nextLong(check.jitterMillis() + 1);
        first = false;
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void judge(@Nullable ConnectFailure failure, long tookNanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(tookNanos);
        var reason = failure == null ? Reason.OK : failure.reason();
        meters.probeEnded(reason, tookNanos);
        var state = tally.onResult(failure == null);
        if (target.isHealthy() && failure != null && state == target.health().state()) {
            return; // one failure of several that it takes
        }
        if (!target.isHealthy() && failure == null && state == target.health().state()) {
            return;
        }
        if (target.become(state, reason, sentence(failure, millis))) {
            changed.accept(target);
        }
    }

    private String sentence(@Nullable ConnectFailure failure, long millis) {
        var address = target.probeAddress();
        return address.getAddress().getHostAddress()
                + " port "
                + address.getPort()
                + " "
                + (failure == null ? "accepted a connection" : failure.words())
                + " ("
                + millis
                + " ms).";
    }

    /**
     * What a target says before it sees our FIN is read and dropped: closing over unread bytes
     * would send RST, which servers log as an error.
     */
    private void endByFin(Channel channel) {
        ((DuplexChannel) channel).shutdownOutput();
        var patience = loop.schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> patience.cancel(false));
    }
}
