package dev.plimsoll.agent.app.machine;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever holds the exclusive lock on the load balancer's file is its active agent. The kernel
 * frees it when its holder dies, and wakes the waiting one at once.
 */
public final class ActiveLock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ActiveLock.class);

    private final FileChannel channel;

    private ActiveLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits on a daemon thread of its own, then calls back on it, once. */
    public static ActiveLock await(Path file, Runnable held) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = new ActiveLock(channel);
        Thread.ofPlatform().daemon().name("agent-lock").start(() -> lock.waitAnd(held));
        return lock;
    }

    private void waitAnd(Runnable held) {
        try {
            var _ = channel.lock();
            held.run();
        } catch (ClosedChannelException _) {
            // close() was called while waiting: the agent is stopping
        } catch (IOException e) {
            log.atError().setCause(e).log("The active lock cannot be waited for; staying standby");
        }
    }

    /** Gives the lock up, or the wait for it. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
