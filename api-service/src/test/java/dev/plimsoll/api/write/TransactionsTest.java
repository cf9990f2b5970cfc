package dev.plimsoll.api.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.InParallel;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What the database breaks off for another transaction's sake, by real means. */
class TransactionsTest extends ApiTest {
    @Autowired private Transactions transactions;
    @Autowired private MeterRegistry meters;

    @Test
    void victimOfADeadlockBeginsAnewAndBothWritesAreThere() {
        var one = project.projectId();
        var other = anotherProject().projectId();
        var bothHaveTheirFirst = new CyclicBarrier(2);
        var before = retries();

        InParallel.run(
                2,
                List.of(
                        renaming(one, other, "b", bothHaveTheirFirst),
                        renaming(other, one, "b", bothHaveTheirFirst)));

        assertThat(name(one)).isEqualTo("testbb");
        assertThat(name(other)).isEqualTo("testbb");
        assertThat(retries()).isEqualTo(before + 1);
    }

    @Test
    void transactionThatCannotBeSerialisedBeginsAnew() {
        var id = project.projectId();
        var attempts = new AtomicInteger();
        var before = retries();

        transactions.run(() -> {
            jdbc.sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").update();
            var seen = name(id);
            if (attempts.incrementAndGet() == 1) {
                InParallel.run(1, List.<Callable<Integer>>of(() -> append(id, "-other")));
            }
            return jdbc.sql("UPDATE project SET name = :name WHERE id = :id")
                    .param("name", seen + "-mine")
                    .param("id", id)
                    .update();
        });

        assertThat(name(id)).isEqualTo("test-other-mine");
        assertThat(attempts).hasValue(2);
        assertThat(retries()).isEqualTo(before + 1);
    }

    private Callable<Integer> renaming(
            UUID first, UUID second, String more, CyclicBarrier firstTime) {
        var attempts = new AtomicInteger();
        return () ->
                transactions.run(() -> {
                    append(first, more);
                    if (attempts.incrementAndGet() == 1) {
                        await(firstTime);
                    }
                    return append(second, more);
                });
    }

    private int append(UUID project, String more) {
        return jdbc.sql("UPDATE project SET name = name || :more WHERE id = :id")
                .param("more", more)
                .param("id", project)
                .update();
    }

    private String name(UUID project) {
        return jdbc.sql("SELECT name FROM project WHERE id = :id")
                .param("id", project)
                .query(String.class)
                .single();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private double retries() {
        return meters.counter("plimsoll.api.transaction.retries").count();
    }
}
