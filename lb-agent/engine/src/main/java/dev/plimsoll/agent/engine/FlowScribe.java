package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.engine.EngineMeters.Rejection;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Gives one loop's flows their names, and writes of their ends what the budget allows. Refusals
 * have a budget of their own: a flood of them must not hide what was served.
 */
final class FlowScribe {
    /** Of the budget. */
    private static final int REFUSALS_SHARE = 10;

    /** Version 8 of RFC 9562: whoever makes the id says what is in it. */
    private static final long VERSION = 0x8000L;

    private static final long VERSION_BITS = 0xf000L;
    private static final long VARIANT = 1L << 63;
    private static final long NUMBER_BITS = (1L << 62) - 1;

    private final FlowLog log;
    private final FlowClock clock;
    private final long life;
    private final FlowSampler ends;
    private final FlowSampler refusals;
    private long lastMoment;

    /**
     * @param loops that share the budget
     */
    FlowScribe(FlowLog log, FlowClock clock, int perSecond, int loops) {
        this.log = log;
        this.clock = clock;
        this.life = (new SecureRandom().nextLong() & ~VERSION_BITS) | VERSION;
        this.ends = log.sampler(Math.max(1, perSecond / loops));
        this.refusals = log.sampler(Math.max(1, perSecond / REFUSALS_SHARE / loops));
        this.lastMoment = System.nanoTime();
    }

    FlowClock clock() {
        return clock;
    }

    /** Now, or a moment later: no other flow of this loop has the same. */
    long moment() {
        lastMoment = Math.max(System.nanoTime(), lastMoment + 1);
        return lastMoment;
    }

    UUID id(long moment) {
        return new UUID(life, VARIANT | (moment & NUMBER_BITS));
    }

    /** Whether a flow of this loop, in this life of the agent, may have the id. */
    boolean gave(UUID id) {
        return id.getMostSignificantBits() == life;
    }

    void onEnd(Flow flow, ClosedBy by, FlowEnd end, long nowNanos) {
        int oneIn = (end instanceof Rejection ? refusals : ends).onEnd(nowNanos);
        if (oneIn > 0) {
            log.add(flow.record(by, end, nowNanos, oneIn));
        } else {
            log.passOver();
        }
    }

    /** A client that was refused before anything was made for it. */
    void onRefusedAtTheDoor(Entrance entrance, InetSocketAddress client, Rejection reason) {
        long now = moment();
        int oneIn = refusals.onEnd(now);
        if (oneIn > 0) {
            log.add(refused(entrance, client, reason, now, oneIn));
        } else {
            log.passOver();
        }
    }

    private FlowRecord refused(
            Entrance entrance, InetSocketAddress client, Rejection reason, long now, int oneIn) {
        long millis = clock.millisAt(now);
        var route = entrance instanceof Entrance.Direct(var only) ? only : null;
        return new FlowRecord(
                id(now),
                entrance.protocol(),
                route == null ? null : route.listener().name(),
                entrance.port(),
                client,
                route == null ? null : route.listener().targetPool(),
                null,
                millis,
                0,
                millis,
                0,
                0,
                0,
                0,
                ClosedBy.AGENT,
                reason,
                entrance.generation(),
                oneIn);
    }
}
