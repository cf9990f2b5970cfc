package dev.plimsoll.provisioner.gateway;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets so many connections at one time be in their TLS handshake; the others wait in the kernel's
 * queue. Where thousands of agents dial in one moment, all handshakes at once would take longer
 * than any agent waits, and all of them would be for nothing.
 */
final class Turnstile {
    /** A handshake that takes longer waits for its agent, and costs nothing meanwhile. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(1);

    private final int most;
    private final AtomicInteger inside = new AtomicInteger();

    Turnstile(int most) {
        this.most = most;
    }

    /** On the event loop of a connection that was just accepted. */
    void enter(Channel connection, Future<?> handshake) {
        var door = connection.parent();
        var hasLeft = new AtomicBoolean();
        inside.incrementAndGet();
        settle(door);
        Runnable leave =
                () -> {
                    if (hasLeft.compareAndSet(false, true)) {
                        inside.decrementAndGet();
                        settle(door);
                    }
                };
        var turn =
                connection
                        .eventLoop()
                        .schedule(leave, LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS);
        handshake.addListener(_ -> {
            turn.cancel(false);
            leave.run();
        });
    }

    int inside() {
        return inside.get();
    }

    /** Until what is set is what is due: others come and go meanwhile. */
    private void settle(Channel door) {
        while (door.config().isAutoRead() != hasRoom()) {
            door.config().setAutoRead(hasRoom());
        }
    }

    private boolean hasRoom() {
        return inside.get() < most;
    }
}
