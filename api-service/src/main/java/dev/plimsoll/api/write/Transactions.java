package dev.plimsoll.api.write;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs work in a transaction, again if the database broke it off for another's sake. */
@Component
public class Transactions {
    private static final int MAX_ATTEMPTS = 5;
    private static final int TIMEOUT_SECONDS = 10;
    private static final Duration STEP = Duration.ofMillis(10);

    private final TransactionTemplate template;
    private final Counter retries;

    Transactions(PlatformTransactionManager manager, MeterRegistry meters) {
        retries =
                Counter.builder("plimsoll.api.transaction.retries")
                        .description(
                                "Transactions that were begun anew after a deadlock or a"
                                        + " serialisation failure.")
                        .register(meters);
        template = new TransactionTemplate(manager);
        template.setTimeout(TIMEOUT_SECONDS);
    }

    /** Inside of another one, this is part of that one, which is repeated as a whole. */
    public <T> T run(Supplier<T> work) {
        return TransactionSynchronizationManager.isActualTransactionActive()
                ? work.get()
                : repeat(_ -> work.get());
    }

    /** Everything that {@link #run} would do, and then takes it back. */
    public <T> T rehearse(Supplier<T> work) {
        return repeat(transaction -> {
            transaction.setRollbackOnly();
            return work.get();
        });
    }

    private <T> T repeat(Function<TransactionStatus, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(work);
            } catch (ConcurrencyFailureException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                retries.increment();
                backOff(attempt);
            }
        }
    }

    /** A rollback that fails too, as it does when the connection is lost, must not hide why. */
    private <T> T attempt(Function<TransactionStatus, T> work) {
        var reason = new AtomicReference<@Nullable RuntimeException>();
        try {
            return Objects.requireNonNull(
                    template.execute(transaction -> {
                        try {
                            return work.apply(transaction);
                        } catch (RuntimeException e) {
                            reason.set(e);
                            throw e;
                        }
                    }));
        } catch (RuntimeException e) {
            throw Objects.requireNonNullElse(reason.get(), e);
        }
    }

    private static void backOff(int attempt) {
        long most = STEP.multipliedBy(attempt).toNanos();
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most / 2, most));
    }
}
