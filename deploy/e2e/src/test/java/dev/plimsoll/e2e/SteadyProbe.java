package dev.plimsoll.e2e;

import dev.plimsoll.testing.OwnNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks for a page again and again from within a namespace, on a new connection each time, and
 * remembers when it was answered.
 */
final class SteadyProbe implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 200;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final ConcurrentLinkedQueue<Long> answeredNanos = new ConcurrentLinkedQueue<>();
    private final InetSocketAddress address;
    private final Thread thread;
    private volatile boolean isGoing = true;

    SteadyProbe(Path namespace, String address, int port) {
        this.address = new InetSocketAddress(address, port);
        this.thread = Thread.ofPlatform().name("probe").start(() -> ask(namespace));
    }

    private void ask(Path namespace) {
        try (var _ = OwnNamespace.at(namespace)) {
            while (isGoing) {
                if (isAnswered()) {
                    answeredNanos.add(System.nanoTime());
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isAnswered() {
        try (var socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(REQUEST);
            return socket.getInputStream().read() == 'H';
        } catch (IOException failed) {
            return false;
        }
    }

    long answered() {
        return answeredNanos.size();
    }

    /** The longest time without an answer so far. */
    Duration longestGap() {
        long longest = 0;
        long before = 0;
        for (long at : answeredNanos) {
            longest = before == 0 ? longest : Math.max(longest, at - before);
            before = at;
        }
        return Duration.ofNanos(longest);
    }

    @Override
    public void close() throws InterruptedException {
        isGoing = false;
        thread.join();
    }
}
