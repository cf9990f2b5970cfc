package dev.plimsoll.agent.engine;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop holds for clients, filed by the tick at which they are next looked at. A
 * payload only notes the present tick; a connection that is looked at too early is filed anew. So a
 * packet costs one store, and an idle connection one look per turn of the wheel.
 */
final class IdleWheel {
    private static final int SLOTS = 512;

    private final EventLoop loop;
    private final long tickMillis;
    private final @Nullable Expiring[] heads = new Expiring[SLOTS];
    private int now;
    private int size;
    private @Nullable Future<?> ticking;

    IdleWheel(EventLoop loop, long tickMillis) {
        this.loop = loop;
        this.tickMillis = tickMillis;
    }

    int now() {
        return now;
    }

    int size() {
        return size;
    }

    /** One more than the timeout fills, because a payload may come just before a tick. */
    int ticksFor(long timeoutMillis) {
        return (int)
                Math.min(Integer.MAX_VALUE / 2, (timeoutMillis + tickMillis - 1) / tickMillis + 1);
    }

    void add(Expiring expiring, long timeoutMillis) {
        expiring.lastActiveTick = now;
        expiring.idleTicks = ticksFor(timeoutMillis);
        file(expiring, expiring.idleTicks);
        if (size++ == 0) {
            ticking =
                    loop.scheduleAtFixedRate(
                            this::tick, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
        }
    }

    void remove(Expiring expiring) {
        unlink(expiring);
        if (--size == 0 && ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
    }

    /** The action may remove what it is given. */
    void forEach(Consumer<Expiring> action) {
        for (int slot = 0; slot < SLOTS; slot++) {
            for (Expiring c = heads[slot]; c != null; ) {
                Expiring next = c.wheelNext;
                action.accept(c);
                c = next;
            }
        }
    }

    private void tick() {
        now++;
        int slot = now & (SLOTS - 1);
        for (Expiring c = heads[slot]; c != null; ) {
            Expiring next = c.wheelNext;
            int left = c.lastActiveTick + c.idleTicks - now;
            if (left <= 0 && c.onIdle()) {
                c = next;
                continue;
            }
            unlink(c);
            file(c, Math.max(left, 1));
            c = next;
        }
    }

    private void file(Expiring c, int ticks) {
        int slot = (now + Math.min(ticks, SLOTS - 1)) & (SLOTS - 1);
        c.wheelSlot = slot;
        c.wheelPrevious = null;
        c.wheelNext = heads[slot];
        if (c.wheelNext != null) {
            c.wheelNext.wheelPrevious = c;
        }
        heads[slot] = c;
    }

    private void unlink(Expiring c) {
        if (c.wheelPrevious == null) {
            heads[c.wheelSlot] = c.wheelNext;
        } else {
            c.wheelPrevious.wheelNext = c.wheelNext;
        }
        if (c.wheelNext != null) {
            c.wheelNext.wheelPrevious = c.wheelPrevious;
        }
        c.wheelNext = null;
        c.wheelPrevious = null;
    }
}
