package dev.plimsoll.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that cannot be mistaken for a later one with the same pid.
 *
 * @param startTicks field 22 of {@code /proc/PID/stat}: clock ticks from boot to its start
 */
record ProcessIdentity(long pid, long startTicks) {

    static ProcessIdentity ofSelf() throws IOException {
        return of(ProcessHandle.current().pid())
                .orElseThrow(() -> new IOException("/proc tells nothing of this process"));
    }

    static Optional<ProcessIdentity> of(long pid) {
        return stat(pid).map(ticks -> new ProcessIdentity(pid, ticks));
    }

    boolean isAlive() {
        return stat(pid).filter(ticks -> ticks == startTicks).isPresent();
    }

    /** SIGTERM, and SIGKILL to what is still there after {@code patience}. */
    void end(Duration patience) {
        if (!isAlive()) {
            return;
        }
        ProcessHandle.of(pid)
                .ifPresent(handle -> {
                    handle.destroy();
                    if (!endsWithin(handle, patience) && isAlive()) {
                        handle.destroyForcibly();
                        endsWithin(handle, patience);
                    }
                });
    }

    private boolean endsWithin(ProcessHandle handle, Duration patience) {
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return !isAlive();
        } catch (ExecutionException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Start ticks of a living process; empty for none and for a zombie. */
    private static Optional<Long> stat(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X")
                    ? Optional.empty()
                    : Optional.of(Long.parseLong(fields[19]));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
