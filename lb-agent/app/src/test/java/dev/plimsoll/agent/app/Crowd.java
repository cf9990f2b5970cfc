package dev.plimsoll.agent.app;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that never stop: some talk all the time, others come, say a word and go. */
final class Crowd implements AutoCloseable {
    /** A machine that is busy with other things is slow, and refuses nobody. */
    private static final int PATIENCE_MILLIS = 10_000;

    private final int port;
    private final List<Socket> busy = new ArrayList<>();
    private final AtomicInteger words = new AtomicInteger();
    private final AtomicInteger visits = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean over;

    Crowd(int port, int busyOnes, int visitsPerSecond) throws IOException {
        this.port = port;
        for (int i = 0; i < busyOnes; i++) {
            var socket = EchoTarget.connect(port, PATIENCE_MILLIS);
            busy.add(socket);
            Thread.ofVirtual().start(() -> talk(socket));
        }
        var _ =
                clock.scheduleAtFixedRate(
                        () -> Thread.ofVirtual().start(this::visit),
                        0,
                        TimeUnit.SECONDS.toNanos(1) / visitsPerSecond,
                        TimeUnit.NANOSECONDS);
    }

    private void talk(Socket socket) {
        try {
            while (!over) {
                if (!EchoTarget.speaks(socket)) {
                    throw new IOException("ended");
                }
                words.incrementAndGet();
                Thread.sleep(20);
            }
        } catch (IOException e) {
            failed("busy: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void visit() {
        try (var socket = EchoTarget.connect(port, PATIENCE_MILLIS)) {
            if (!EchoTarget.speaks(socket)) {
                throw new IOException("ended");
            }
            visits.incrementAndGet();
        } catch (IOException e) {
            failed("new: " + e.getMessage());
        }
    }

    private void failed(String how) {
        if (!over) {
            failures.add(how);
        }
    }

    int visits() {
        return visits.get();
    }

    int words() {
        return words.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws IOException {
        over = true;
        clock.shutdownNow();
        for (var socket : busy) {
            socket.close();
        }
    }
}
