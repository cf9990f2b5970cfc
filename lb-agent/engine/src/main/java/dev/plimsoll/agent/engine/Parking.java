package dev.plimsoll.agent.engine;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a socket out of its event loop while it would be reported as readable without end, because
 * its reader is paused (see {@link ReadPaused}). It comes back when reading goes on, and now and
 * then for a moment while something waits to be written to it. Used on its event loop only.
 */
final class Parking {
    private static final long LOOK_MILLIS = 20;

    private final Channel channel;
    private final EventLoop loop;
    private final BooleanSupplier ended;
    private boolean leaving;
    private boolean away;
    private boolean wanted;
    private @Nullable Future<?> look;

    /**
     * @param ended asked at every look: whether the connection is over; may end it
     */
    Parking(Channel channel, EventLoop loop, BooleanSupplier ended) {
        this.channel = channel;
        this.loop = loop;
        this.ended = ended;
    }

    void park() {
        wanted = false;
        if (!leaving && !away) {
            leaving = true;
            channel.deregister().addListener(_ -> onLeft());
        }
    }

    void unpark() {
        wanted = true;
        comeBack();
    }

    private void onLeft() {
        leaving = false;
        away = true;
        if (wanted) {
            comeBack();
        } else {
            look = loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        if (!away || ended.getAsBoolean()) {
            return;
        }
        var waiting = channel.unsafe().outboundBuffer();
        if (waiting == null || waiting.isEmpty()) {
            look = loop.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            comeBack();
        }
    }

    private void comeBack() {
        if (look != null) {
            look.cancel(false);
            look = null;
        }
        if (away && channel.isOpen()) {
            away = false;
            loop.register(channel);
        }
    }
}
