package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.ListenerConfig;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some of the plan's connections free for each listener, so that a flood on one does not shut
 * the others. All together {@link #RESERVED_SHARE} of the limit, and only while it is not used.
 */
final class ListenerShares {
    static final ListenerShares NONE = new ListenerShares(new int[0], new AtomicInteger[0]);

    /** One twentieth. */
    private static final int RESERVED_SHARE = 20;

    private final int[] ports;
    private final AtomicInteger[] open;

    private ListenerShares(int[] ports, AtomicInteger[] open) {
        this.ports = ports;
        this.open = open;
    }

    /** Ports that stay keep their count. A connection of one that left is counted nowhere. */
    ListenerShares of(AgentConfig config) {
        var next = config.listeners().stream().mapToInt(ListenerConfig::port).distinct().toArray();
        var counts = new AtomicInteger[next.length];
        Arrays.setAll(
                counts,
                i -> {
                    var known = count(next[i]);
                    return known == null ? new AtomicInteger() : known;
                });
        return new ListenerShares(next, counts);
    }

    /**
     * Near the limit, whether a connection more on this port would still leave the others theirs.
     * Not exact while several event loops accept at one time; the limit itself is.
     */
    boolean leavesRoom(int port, int taken, int limit) {
        int each = ports.length < 2 ? 0 : limit / (RESERVED_SHARE * ports.length);
        int free = limit - taken;
        if (free > each * ports.length) {
            return true;
        }
        int kept = 0;
        for (int i = 0; i < ports.length; i++) {
            if (ports[i] != port) {
                kept += Math.clamp(each - open[i].get(), 0, each);
            }
        }
        return free > kept;
    }

    void entered(int port) {
        var count = count(port);
        if (count != null) {
            count.incrementAndGet();
        }
    }

    void left(int port) {
        var count = count(port);
        if (count != null) {
            count.decrementAndGet();
        }
    }

    private @Nullable AtomicInteger count(int port) {
        for (int i = 0; i < ports.length; i++) {
            if (ports[i] == port) {
                return open[i];
            }
        }
        return null;
    }
}
