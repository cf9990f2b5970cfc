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
import org.postgresql.PGNotification;
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

    /** A connection whose other end is gone without a word looks like one with nothing to say. */
    private static final int POLLS_UNTIL_ASKED = 5;

    private static final int ANSWER_LIMIT_SECONDS = 2;
    private static final String CONNECTION_FAILURE = "08006";

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
                requirePrimary(connection);
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
        for (int silentPolls = 0; closing.getCount() > 0; silentPolls++) {
            var heard = postgres.getNotifications((int) POLL.toMillis());
            if (heard != null && heard.length > 0) {
                silentPolls = 0;
                handOut(heard);
            } else if (silentPolls >= POLLS_UNTIL_ASKED) {
                silentPolls = 0;
                requirePrimary(connection);
            }
        }
        try (var statement = connection.createStatement()) {
            statement.execute("UNLISTEN *");
        }
    }

    private void handOut(PGNotification[] heard) {
        for (var notification : heard) {
            var listener = listeners.get(notification.getName());
            if (listener != null) {
                listener.accept(notification.getParameter());
            }
        }
    }

    /**
     * Nobody notifies on a server that takes no writes: the primary is another one by now. Such a
     * connection is broken on purpose, so that no pool keeps it.
     */
    private static void requirePrimary(Connection connection) throws SQLException {
        if (!connection.isValid(ANSWER_LIMIT_SECONDS)) {
            throw new SQLException("The server does not answer", CONNECTION_FAILURE);
        }
        try (var statement = connection.createStatement();
                var answer = statement.executeQuery("SHOW transaction_read_only")) {
            if (answer.next() && answer.getString(1).equals("on")) {
                connection.abort(Runnable::run);
                throw new SQLException("The server takes no writes", ReadOnlyEviction.READ_ONLY);
            }
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
