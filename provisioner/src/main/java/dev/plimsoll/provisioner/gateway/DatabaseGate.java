package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.work.Backoff;
import dev.plimsoll.provisioner.work.Outage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionException;

/**
 * Limits how many sessions use the database at one time, and repeats what fails there. A session
 * whose writes hang has a mailbox that fills, which closes its stream.
 */
final class DatabaseGate {
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);

    private final Semaphore calls;
    private final Backoff backoff =
            new Backoff(Duration.ofSeconds(2), RandomGenerator.getDefault());
    private final Outage outage = new Outage("Writing down what agents say");
    private final CountDownLatch stopping = new CountDownLatch(1);

    DatabaseGate(int calls) {
        this.calls = new Semaphore(calls, true);
    }

    void stop() {
        stopping.countDown();
    }

    /** Gives up when the mailbox is closed. */
    void whileOpen(Mailbox mailbox, Runnable call) throws InterruptedException {
        for (int attempt = 0; !succeeds(call); attempt++) {
            if (mailbox.awaitClosed(backoff.delay(FIRST_DELAY, attempt))) {
                return;
            }
        }
    }

    /** Gives up when the gateway stops: what it leaves behind is put right at its next start. */
    void untilDone(Runnable call) throws InterruptedException {
        for (int attempt = 0; stopping.getCount() > 0 && !succeeds(call); attempt++) {
            var _ =
                    stopping.await(
                            backoff.delay(FIRST_DELAY, attempt).toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean succeeds(Runnable call) throws InterruptedException {
        calls.acquire();
        try {
            call.run();
            outage.over();
            return true;
        } catch (DataIntegrityViolationException e) {
            throw e; // would fail again
        } catch (DataAccessException | TransactionException e) {
            outage.began(e);
            return false;
        } finally {
            calls.release();
        }
    }
}
