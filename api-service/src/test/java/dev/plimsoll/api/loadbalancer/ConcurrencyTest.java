package dev.plimsoll.api.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Payload;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/**
 * Many writers at once, and a database that breaks off some of them. They queue for connections on
 * purpose, which is not what is tested.
 */
@TestPropertySource(properties = "spring.datasource.hikari.connection-timeout=20000")
class ConcurrencyTest extends ApiTest {
    private static final int WRITERS = 50;
    private static final int ROUNDS = 200;
    private static final int FEW_ROUNDS = 5;
    private static final String[] AT_ONCE = {"Prefer", "wait=0"};

    @Autowired private MeterRegistry meters;

    private final Payload payload = Payload.onStaticAddress("web");

    @Test
    void oneOfManyWritersOfAVersionWins() {
        api.create(payload).isOk();
        for (int round = 0; round < ROUNDS; round++) {
            var version = api.get("load-balancers/web").version();
            var port = new AtomicInteger(1000 + WRITERS * round);
            var answers =
                    InParallel.all(
                            WRITERS,
                            () ->
                                    api.put(
                                            "load-balancers/web",
                                            payload.at(version)
                                                    .with(
                                                            "/listeners/0/port",
                                                            "" + port.getAndIncrement()),
                                            AT_ONCE));
            assertOneWins(answers, 10);
        }
        assertThat(generation()).isEqualTo(ROUNDS + 1);
    }

    @Test
    void oneOfManyCreatorsOfANameWins() {
        for (int round = 0; round < FEW_ROUNDS; round++) {
            var body = Payload.onPrivateAddress("lb-" + round);
            assertOneWins(InParallel.all(WRITERS, () -> api.create(body)), 6);
        }
    }

    private static void assertOneWins(List<Answer> answers, int codeOfOthers) {
        assertThat(answers).filteredOn(it -> it.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(it -> it.status() != 200)
                .allSatisfy(it -> it.isProblem(409, codeOfOthers));
    }

    @Test
    void quotaIsNeverExceeded() {
        for (int round = 0; round < FEW_ROUNDS; round++) {
            var most = 3 + round;
            var mine = anotherProject();
            jdbc.sql("INSERT INTO project_quota VALUES (?, 'eu01', ?, -1)")
                    .param(mine.projectId())
                    .param(most)
                    .update();
            var client =
                    new dev.plimsoll.api.support.ApiClient(
                            base(), mine.projectId(), mine.adminToken());
            var name = new AtomicInteger();
            var answers =
                    InParallel.all(
                            WRITERS,
                            () ->
                                    client.create(
                                            Payload.onPrivateAddress(
                                                    "lb-" + name.getAndIncrement())));
            assertThat(answers).filteredOn(it -> it.status() == 200).hasSize(most);
            assertThat(answers)
                    .filteredOn(it -> it.status() != 200)
                    .allSatisfy(it -> it.isProblem(429, 8));
            assertThat(client.get("quota").json().path("usedLoadBalancers").asInt())
                    .isEqualTo(most);
        }
    }

    @Test
    void deadlockIsRetriedAndNeverShown() throws Exception {
        var version = api.create(payload).isOk().version();
        var id = world.id(project.projectId(), "web");
        double before = retries();
        try (var other = connection()) {
            // Whoever looks for a deadlock first is its victim: that must be the service.
            execute(other, "SET LOCAL deadlock_timeout = '1min'");
            execute(other, "SELECT 1 FROM work_item WHERE load_balancer_id = '%s' FOR UPDATE", id);
            var answer = update(version);
            awaitWaiting();
            execute(other, "SELECT 1 FROM load_balancer WHERE id = '%s' FOR UPDATE", id);
            other.commit();
            answer.join().isOk();
        }
        assertThat(retries()).isGreaterThan(before);
        assertThat(generation()).isEqualTo(2);
    }

    @Test
    void serialisationFailureIsRetriedAndNeverShown() throws Exception {
        var version = api.create(payload).isOk().version();
        var id = world.id(project.projectId(), "web");
        double before = retries();
        isolate("SET default_transaction_isolation = 'repeatable read'");
        try (var other = connection()) {
            execute(other, "UPDATE load_balancer SET first_ready_at = now() WHERE id = '%s'", id);
            var answer = update(version);
            awaitWaiting();
            other.commit();
            answer.join().isOk();
        } finally {
            isolate("RESET default_transaction_isolation");
        }
        assertThat(retries()).isGreaterThan(before);
        assertThat(generation()).isEqualTo(2);
    }

    private CompletableFuture<Answer> update(String version) {
        return CompletableFuture.supplyAsync(
                () ->
                        api.put(
                                "load-balancers/web",
                                payload.at(version).with("/listeners/0/port", "81"),
                                AT_ONCE),
                Thread::startVirtualThread);
    }

    private Connection connection() throws SQLException {
        var connection = database.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void execute(Connection connection, String sql, Object... values) {
        try (var statement = connection.createStatement()) {
            statement.execute(sql.formatted(values));
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private void awaitWaiting() {
        await().until(() ->
                jdbc.sql(
                                        """
                                        SELECT count(*) FROM pg_stat_activity
                                        WHERE datname = current_database()
                                          AND wait_event_type = 'Lock'
                                        """)
                                .query(Long.class)
                                .single()
                        == 1);
    }

    /** For new connections, which all are from now on. */
    private void isolate(String setting) throws SQLException {
        var name = jdbc.sql("SELECT current_database()").query(String.class).single();
        jdbc.sql("ALTER DATABASE " + name + " " + setting).update();
        database.unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
    }

    private double retries() {
        return meters.get("plimsoll.api.transaction.retries").counter().count();
    }

    private long generation() {
        UUID id = world.id(project.projectId(), "web");
        return jdbc.sql("SELECT generation FROM load_balancer WHERE id = ?")
                .param(id)
                .query(Long.class)
                .single();
    }
}
