package dev.plimsoll.agent.app.vip;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.plimsoll.agent.app.vip.VipFile.Place;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever holds the lock on the file's first byte is active. The kernel frees it when its holder
 * dies, and wakes the waiting one at once. Three more bytes let a leaving agent see its successor
 * listen before it stops to, so that a planned move refuses nobody:
 *
 * <pre>
 * byte      locked by
 * VIP       the active agent
 * SERVING   the active agent, once it has a configuration
 * LEAVING   one that has given up VIP and still listens
 * WAITING   (shared) whoever waits for VIP and has a configuration
 * </pre>
 *
 * An agent that yields queues again behind its peer: should that die, somebody serves.
 */
final class LockClaim implements VipClaim {
    private static final Logger log = LoggerFactory.getLogger(LockClaim.class);

    /** A successor that has not listened by then is not going to. */
    private static final Duration HAND_OVER = Duration.ofSeconds(2);

    private static final long LOOK_MILLIS = 50;
    private static final long POLL_NANOS = MILLISECONDS.toNanos(1);

    private enum Standing {
        WAITING,
        /** It has the VIP and does not listen yet, or has given it up and still listens. */
        BETWEEN,
        HOLDING
    }

    private final VipFile file;
    private final VipEvents events;
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition changed = guard.newCondition();
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean yielding;
    private boolean ending;
    private Standing standing = Standing.WAITING;
    private @Nullable FileLock mark;
    private Duration patience = HAND_OVER;

    private LockClaim(VipFile file, VipEvents events) {
        this.file = file;
        this.events = events;
    }

    static LockClaim on(Path file, VipEvents events) throws IOException {
        return new LockClaim(VipFile.at(file), events);
    }

    @Override
    public boolean isListeningAlways() {
        return false;
    }

    @Override
    public void start() {
        Thread.ofPlatform().daemon().name("agent-vip").start(this::claim);
    }

    @Override
    public void onConfiguration() {
        try {
            mark();
        } catch (IOException e) {
            log.atError().setCause(e).log("The active lock cannot be marked");
        }
    }

    @Override
    public void yielding(boolean toPeer) {
        change(() -> yielding = toPeer);
    }

    /** Who has the lock is known to everybody on this machine. */
    @Override
    public boolean hearsPeer() {
        return true;
    }

    @Override
    public void end(Duration forPeer) {
        change(() -> {
            ending = true;
            patience = forPeer;
        });
        try {
            if (!isHolding() || !over.await(forPeer.toMillis(), TimeUnit.MILLISECONDS)) {
                log.atDebug().log("Ends without a successor");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    private void claim() {
        try {
            while (!isEnding()) {
                var vip = waitForTurn();
                if (isEnding() || !hold(vip)) {
                    break;
                }
            }
        } catch (ClosedChannelException _) {
            // end() was called while waiting
        } catch (IOException e) {
            log.atError().setCause(e).log("The active lock cannot be waited for; staying standby");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            over.countDown();
        }
    }

    private FileLock waitForTurn() throws IOException {
        mark();
        var vip = file.lock(Place.VIP);
        change(() -> standing = Standing.BETWEEN);
        return vip;
    }

    /** True when somebody else has the VIP; false when this agent ends and there is nobody. */
    private boolean hold(FileLock vip) throws IOException, InterruptedException {
        unmark();
        events.onVipTaken(file.isLocked(Place.LEAVING));
        change(() -> standing = Standing.HOLDING);
        mark();
        while (awaitReasonToLeave()) {
            if (!events.isServing()) {
                unmark();
                lose();
                vip.release();
                return true;
            }
            var leaving = file.lock(Place.LEAVING);
            change(() -> standing = Standing.BETWEEN);
            unmark();
            vip.release();
            var again = awaitSuccessor() ? null : file.tryLock(Place.VIP);
            if (again == null) {
                lose();
                leaving.release();
                return true;
            }
            vip = again;
            change(() -> standing = Standing.HOLDING);
            mark();
            leaving.release();
            log.info("Nobody took the VIP over; keeping it");
        }
        return false;
    }

    private void lose() {
        events.onVipLost();
        change(() -> standing = Standing.WAITING);
    }

    /** Shows the other agent what this one could do for it, as soon as it has a configuration. */
    private void mark() throws IOException {
        guard.lock();
        try {
            if (mark == null && !ending && events.hasConfiguration()) {
                mark =
                        switch (standing) {
                            case WAITING -> file.share(Place.WAITING);
                            case BETWEEN -> null;
                            case HOLDING -> file.lock(Place.SERVING);
                        };
            }
        } finally {
            guard.unlock();
        }
    }

    private void unmark() throws IOException {
        guard.lock();
        try {
            if (mark != null) {
                mark.release();
                mark = null;
            }
        } finally {
            guard.unlock();
        }
    }

    /** False where there is nobody to leave the VIP to, and the agent ends. */
    private boolean awaitReasonToLeave() throws IOException, InterruptedException {
        while (true) {
            guard.lock();
            try {
                while (!yielding && !ending) {
                    changed.await();
                }
            } finally {
                guard.unlock();
            }
            if (file.isLocked(Place.WAITING)) {
                return true;
            }
            guard.lock();
            try {
                if (ending) {
                    return false;
                }
                var _ = changed.await(LOOK_MILLIS, MILLISECONDS);
            } finally {
                guard.unlock();
            }
        }
    }

    private boolean awaitSuccessor() throws IOException {
        long deadline = System.nanoTime() + patience().toNanos();
        while (System.nanoTime() < deadline) {
            if (file.isLocked(Place.SERVING)) {
                return true;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return false;
    }

    private void change(Runnable change) {
        guard.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            guard.unlock();
        }
    }

    private boolean isEnding() {
        guard.lock();
        try {
            return ending;
        } finally {
            guard.unlock();
        }
    }

    private boolean isHolding() {
        guard.lock();
        try {
            return standing != Standing.WAITING;
        } finally {
            guard.unlock();
        }
    }

    private Duration patience() {
        guard.lock();
        try {
            return patience;
        } finally {
            guard.unlock();
        }
    }

    private void close() {
        try {
            file.close();
        } catch (IOException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("The lock's file does not close");
        }
    }
}
