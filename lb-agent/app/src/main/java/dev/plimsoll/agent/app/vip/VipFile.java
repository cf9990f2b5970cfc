package dev.plimsoll.agent.app.vip;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file whose first bytes processes lock: the kernel frees what a process holds when it ends,
 * however it ends, and wakes whoever waits.
 */
final class VipFile implements AutoCloseable {
    private final FileChannel channel;

    private VipFile(FileChannel channel) {
        this.channel = channel;
    }

    /** A byte, and what it means that it is locked. */
    enum Place {
        VIP,
        SERVING,
        LEAVING,
        WAITING
    }

    static VipFile at(Path file) throws IOException {
        return new VipFile(
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    /**
     * Waits for it.
     *
     * @throws java.nio.channels.ClosedChannelException when the file is closed meanwhile
     */
    FileLock lock(Place place) throws IOException {
        return channel.lock(place.ordinal(), 1, false);
    }

    /** Together with others. */
    FileLock share(Place place) throws IOException {
        return channel.lock(place.ordinal(), 1, true);
    }

    @Nullable FileLock tryLock(Place place) throws IOException {
        return channel.tryLock(place.ordinal(), 1, false);
    }

    /** By another process. */
    boolean isLocked(Place place) throws IOException {
        var lock = tryLock(place);
        if (lock == null) {
            return true;
        }
        lock.release();
        return false;
    }

    /** Whatever is locked is free; a wait ends. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
