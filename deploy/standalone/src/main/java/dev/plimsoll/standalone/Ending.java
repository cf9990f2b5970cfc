package dev.plimsoll.standalone;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends processes politely, then for certain. */
final class Ending {
    private Ending() {}

    /** SIGTERM, and SIGKILL to what is still there after {@code patience}. */
    static void of(ProcessIdentity process, Duration patience) {
        process.handle()
                .ifPresent(handle -> {
                    handle.destroy();
                    if (!endsWithin(handle, patience) && process.isAlive()) {
                        handle.destroyForcibly();
                        endsWithin(handle, patience);
                    }
                });
    }

    private static boolean endsWithin(ProcessHandle handle, Duration patience) {
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
