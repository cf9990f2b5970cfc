package dev.plimsoll.api.problem;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Says once that the database cannot be used, and once that it can be again, however many requests
 * meet it meanwhile: those are counted.
 */
@Component
final class DatabaseOutage implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseOutage.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int ANSWER_LIMIT_SECONDS = 2;

    private final DataSource database;
    private final AtomicBoolean going = new AtomicBoolean();
    private final CountDownLatch closing = new CountDownLatch(1);

    DatabaseOutage(DataSource database) {
        this.database = database;
    }

    void metBy(String requestId, Exception failure) {
        if (going.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("requestId", requestId)
                    .addKeyValue("reason", Causes.last(failure))
                    .log("The database is away, too busy or takes no writes; answering 503");
            Thread.ofVirtual().name("database-outage").start(() -> awaitEnd(Instant.now()));
        }
    }

    private void awaitEnd(Instant began) {
        try {
            while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                if (takesWrites()) {
                    going.set(false);
                    LOG.atInfo()
                            .addKeyValue("after", Duration.between(began, Instant.now()))
                            .log("The database can be used again");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean takesWrites() {
        try (var connection = database.getConnection()) {
            return connection.isValid(ANSWER_LIMIT_SECONDS) && isWritable(connection);
        } catch (SQLException _) {
            return false;
        }
    }

    private static boolean isWritable(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery("SHOW transaction_read_only")) {
            return answer.next() && answer.getString(1).equals("off");
        }
    }

    @Override
    public void destroy() {
        closing.countDown();
    }
}
