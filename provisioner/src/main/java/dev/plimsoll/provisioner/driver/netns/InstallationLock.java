package dev.plimsoll.provisioner.driver.netns;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** One at a time changes the installation's networks, of all threads and processes of this host. */
final class InstallationLock {
    private static final long LIMIT_SECONDS = 20;

    private final Path file;
    private final ReentrantLock threads = new ReentrantLock();

    InstallationLock(Path folder) {
        this.file = folder.resolve("lock");
    }

    <T> T with(Work<T> work) throws IOException {
        takeThreads();
        try {
            if (threads.getHoldCount() > 1) {
                return work.done();
            }
            Files.createDirectories(file.getParent());
            try (var channel =
                            FileChannel.open(
                                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return work.done();
            }
        } finally {
            threads.unlock();
        }
    }

    void run(Change change) throws IOException {
        with(() -> {
            change.make();
            return true;
        });
    }

    private void takeThreads() throws IOException {
        try {
            if (!threads.tryLock(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("Another change of the networks does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while another changed the networks", e);
        }
    }

    interface Work<T> {
        T done() throws IOException;
    }

    interface Change {
        void make() throws IOException;
    }
}
