package dev.plimsoll.provisioner.driver.process;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends a process and waits until it is gone: first by asking, then by force. */
public final class ProcessEnd {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(2);

    private ProcessEnd() {}

    /**
     * @param grace how long it may take when it is asked; zero to kill it at once
     */
    public static void of(ProcessIdentity process, Duration grace) throws IOException {
        var found = process.handle();
        if (found.isEmpty()) {
            return;
        }
        var handle = found.get();
        if (grace.isPositive()) {
            handle.destroy();
            if (ended(process, grace)) {
                return;
            }
        }
        handle.destroyForcibly();
        if (!ended(process, KILL_LIMIT)) {
            throw new IOException("Process " + handle.pid() + " does not die");
        }
    }

    private static boolean ended(ProcessIdentity process, Duration limit) {
        var deadline = System.nanoTime() + limit.toNanos();
        try {
            while (process.isAlive()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                awaitExit(process);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A child's exit is known at once; another process is looked at again after a moment. */
    private static void awaitExit(ProcessIdentity process) throws InterruptedException {
        var handle = process.handle();
        if (handle.isEmpty()) {
            return;
        }
        try {
            handle.get().onExit().get(10, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // looked at again by the caller
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
