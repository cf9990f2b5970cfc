package dev.plimsoll.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NotificationsTest {
    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private final CopyOnWriteArrayList<String> heard = new CopyOnWriteArrayList<>();
    private final AtomicInteger connects = new AtomicInteger();
    private final CountDownLatch connected = new CountDownLatch(1);

    @Test
    void payloadReachesTheListenerOfItsChannel() throws Exception {
        try (var notifications = notifications()) {
            notifications.start();
            assertThat(connected.await(5, TimeUnit.SECONDS)).isTrue();

            execute("SELECT pg_notify('here', 'one'), pg_notify('elsewhere', 'two')");

            await().atMost(Duration.ofSeconds(5)).until(() -> !heard.isEmpty());
            assertThat(heard).containsExactly("one");
        }
    }

    @Test
    void reconnectsAndSaysSoWhenTheConnectionIsCut() throws Exception {
        try (var notifications = notifications()) {
            notifications.start();
            assertThat(connected.await(5, TimeUnit.SECONDS)).isTrue();

            execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");

            await().atMost(Duration.ofSeconds(5)).until(() -> connects.get() >= 2);
            execute("SELECT pg_notify('here', 'after')");
            await().atMost(Duration.ofSeconds(5)).until(() -> heard.contains("after"));
        }
    }

    private Notifications notifications() {
        return new Notifications(
                database.dataSource(),
                Map.of("here", heard::add),
                () -> {
                    connects.incrementAndGet();
                    connected.countDown();
                });
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
