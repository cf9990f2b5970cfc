package dev.plimsoll.agent.app.traffic;

import dev.plimsoll.agent.engine.Engine;
import dev.plimsoll.agent.protocol.AgentMessage.TrafficMeasured;
import dev.plimsoll.agent.protocol.GatewayMessage.TellTraffic;
import dev.plimsoll.agent.protocol.TrafficSlot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Closes a slot every few seconds, keeps the last ones, and says what is to be told of them when. A
 * slot that nobody looked at the end of is left out: what happened in it cannot be told from what
 * happened after it.
 */
public final class Traffic {
    /** For a gateway that is away. */
    private static final int KEPT = 180;

    /** What is said when a stream ends is lost, so that the next one begins with it. */
    private static final Duration SAID_AGAIN = Duration.ofMinutes(2);

    /** For who looks at what has not been told yet. */
    private static final Duration LATELY = Duration.ofMinutes(3);

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final LongSupplier clock;
    private final Supplier<Map<String, Long>> figures;
    private final BooleanSupplier isActive;
    private final RandomGenerator random;
    private final ArrayDeque<TrafficSlot> slots = new ArrayDeque<>();
    private long running;
    private boolean wasActive;
    private long toldBefore;
    private @Nullable TellTraffic wanted;
    private long dueMillis;

    /**
     * @param figures since they were asked for last
     */
    Traffic(
            LongSupplier clock,
            Supplier<Map<String, Long>> figures,
            BooleanSupplier isActive,
            RandomGenerator random) {
        this.clock = clock;
        this.figures = figures;
        this.isActive = isActive;
        this.random = random;
        this.running = number(clock.getAsLong());
    }

    public static Traffic of(Engine engine, BooleanSupplier isActive) {
        return new Traffic(
                new SteadyClock(), new EngineFigures(engine), isActive, new SplittableRandom());
    }

    /** On a thread of its own: whatever else blocks must not lengthen a slot. */
    public void start() {
        ScheduledExecutorService thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("agent-traffic").factory());
        long untilNext = TrafficSlot.MILLIS - clock.getAsLong() % TrafficSlot.MILLIS;
        var _ =
                thread.scheduleAtFixedRate(
                        this::look, untilNext + 1, TrafficSlot.MILLIS, TimeUnit.MILLISECONDS);
    }

    private static long number(long millis) {
        return Math.floorDiv(millis, TrafficSlot.MILLIS);
    }

    synchronized void look() {
        long now = number(clock.getAsLong());
        if (now == running) {
            return;
        }
        var happened = figures.get();
        if (now == running + 1) {
            slots.add(new TrafficSlot(running * TrafficSlot.MILLIS, wasActive, happened));
        }
        if (slots.size() > KEPT) {
            slots.remove();
        }
        running = now;
        wasActive = isActive.getAsBoolean();
    }

    /** A gateway that has not said what it wants is told nothing. */
    public synchronized void onStream() {
        wanted = null;
        toldBefore = Math.min(toldBefore, clock.getAsLong() - SAID_AGAIN.toMillis());
    }

    /** The first time comes at a random moment: agents that are told together do not speak so. */
    public synchronized void tell(TellTraffic asked) {
        if (!asked.equals(wanted)) {
            wanted = asked;
            dueMillis = clock.getAsLong() + random.nextLong(asked.everyMillis());
        }
    }

    /** What is to be told now: whole minutes, which are a row each for whoever writes them down. */
    public synchronized Optional<TrafficMeasured> due() {
        long now = clock.getAsLong();
        if (wanted == null || now < dueMillis) {
            return Optional.empty();
        }
        dueMillis = Math.max(dueMillis + wanted.everyMillis(), now);
        long minute = now - now % MINUTE;
        long from = toldBefore;
        var told =
                measured(
                        null,
                        slot ->
                                slot.startEpochMillis() >= from
                                        && slot.startEpochMillis() < minute);
        toldBefore = Math.max(toldBefore, minute);
        return told.slots().isEmpty() ? Optional.empty() : Optional.of(told);
    }

    /** What happened lately, whether it was told or not. */
    public synchronized TrafficMeasured lately(UUID inquiry) {
        long since = clock.getAsLong() - LATELY.toMillis();
        return measured(inquiry, slot -> slot.startEpochMillis() >= since);
    }

    private TrafficMeasured measured(@Nullable UUID inquiry, Predicate<TrafficSlot> which) {
        return new TrafficMeasured(
                inquiry, clock.getAsLong(), slots.stream().filter(which).toList());
    }
}
