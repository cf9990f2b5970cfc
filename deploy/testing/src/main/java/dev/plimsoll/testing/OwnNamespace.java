package dev.plimsoll.testing;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Moves the calling thread, and the threads and processes that it starts, into another network
 * namespace until it is closed. Sockets stay where they were made, whoever uses them.
 */
public final class OwnNamespace implements AutoCloseable {
    static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/ns/net");

    private final int before;

    private OwnNamespace(int before) {
        this.before = before;
    }

    /** A new one, with nothing in it but its loopback link. */
    public static OwnNamespace fresh() throws IOException {
        var own = new OwnNamespace(Kernel.open(OF_THIS_THREAD));
        Kernel.newNetworkNamespace();
        Program.run("link set lo up\n", "ip", "-batch", "-");
        return own;
    }

    /**
     * @param file that stands for it, such as {@code /proc/PID/ns/net} or {@code /run/netns/NAME}
     */
    public static OwnNamespace at(Path file) throws IOException {
        var own = new OwnNamespace(Kernel.open(OF_THIS_THREAD));
        int there = Kernel.open(file);
        Kernel.enterNetworkNamespace(there);
        Kernel.close(there);
        return own;
    }

    @Override
    public void close() throws IOException {
        Kernel.enterNetworkNamespace(before);
        Kernel.close(before);
    }
}
