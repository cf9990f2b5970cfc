package dev.plimsoll.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears PostgreSQL's NOTIFY on some channels and hands each payload to its channel's listener, on
 * one thread of its own. A wake-up and nothing more: what was notified while the connection was
 * down is lost, so {@code onConnected} runs after each (re)connect and listeners then look for
 * themselves. Holds one connection of the source for as long as it runs.
 */
public final class Notifications implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RECONNECT_WAIT = Duration.ofMillis(500);

    private final DataSource database;
    private final Map<String, Consumer<String>> listeners;
    private final Runnable onConnected;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * @param listeners by channel name; must neither block for long nor throw
     */
    public Notifications(
            DataSource database, Map<String, Consumer<String>> listeners, Runnable onConnected) {
        this.database = database;
        this.listeners = Map.copyOf(listeners);
        this.onConnected = onConnected;
        this.thread = Thread.ofPlatform().daemon().name("notifications").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(POLL.multipliedBy(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean reported = false;
        while (closing.getCount() > 0) {
            try (var connection = database.getConnection()) {
                connection.setAutoCommit(true);
                listen(connection);
                reported = false;
                onConnected.run();
                hear(connection);
            } catch (SQLException | RuntimeException e) {
                if (!reported && closing.getCount() > 0) {
                    LOG.warn("Lost the database's notifications; polling goes on", e);
                    reported = true;
                }
                pause();
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var channel : listeners.keySet()) {
                statement.execute("LISTEN " + statement.enquoteIdentifier(channel, false));
            }
        }
    }

    private void hear(Connection connection) throws SQLException {
        var postgres = connection.unwrap(PGConnection.class);
        while (closing.getCount() > 0) {
            var heard = postgres.getNotifications((int) POLL.toMillis());
            if (heard == null) {
                continue;
            }
            for (var notification : heard) {
                var listener = listeners.get(notification.getName());
                if (listener != null) {
                    listener.accept(notification.getParameter());
                }
            }
        }
        try (var statement = connection.createStatement()) {
            statement.execute("UNLISTEN *");
        }
    }

    private void pause() {
        try {
            var _ = closing.await(RECONNECT_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
