package dev.plimsoll.api.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.plimsoll.api.ApiService;
import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Payload;
import dev.plimsoll.api.support.SecretKeyFile;
import dev.plimsoll.api.tenancy.FirstProject;
import dev.plimsoll.api.tenancy.Tenants;
import dev.plimsoll.db.DatabaseDoor;
import dev.plimsoll.db.Migrations;
import dev.plimsoll.db.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** PostgreSQL goes away under the running service, and comes back. */
@DirtiesContext
@SpringBootTest(
        classes = ApiService.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=api-service",
            "management.server.port=0",
            "plimsoll.api.leaving=0s",
            "logging.level.dev.plimsoll=info",
            "spring.datasource.hikari.connection-timeout=1500",
            "spring.datasource.hikari.data-source-properties.socketTimeout=3"
        })
class OutageTest {
    private static final Path PROGRAMS =
            Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "plimsoll-postgres-" + System.getProperty("user.name"));

    /** Far beyond what a request may take, so that a slow machine is no failure. */
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private static final ListAppender<ILoggingEvent> LOGGED = new ListAppender<>();

    @TempDir private static Path folder;
    private static PostgresServer server;
    private static DatabaseDoor door;

    @Autowired private Tenants tenants;
    @LocalServerPort private int port;

    private FirstProject project;
    private ApiClient api;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) throws IOException {
        door = new DatabaseDoor();
        start();
        server.createDatabase(PostgresServer.NAME);
        Migrations.migrate(server.dataSource(PostgresServer.NAME));
        registry.add(
                "spring.datasource.url",
                () -> "jdbc:postgresql://127.0.0.1:%d/plimsoll".formatted(door.port()));
        var key = SecretKeyFile.temporary();
        registry.add("plimsoll.api.secrets.key-file", () -> key);
        registry.add("spring.datasource.username", server::user);
        registry.add("spring.datasource.password", server::password);
    }

    private static void start() throws IOException {
        server = PostgresServer.start(folder, PROGRAMS, List.of("max_connections=40"));
        door.leadTo(server.port());
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop();
        door.close();
    }

    @BeforeEach
    void oneLoadBalancer() {
        LOGGED.start();
        ((Logger) LoggerFactory.getLogger(DatabaseOutage.class)).addAppender(LOGGED);
        project = tenants.create("test");
        api =
                new ApiClient(
                        URI.create("http://127.0.0.1:" + port),
                        project.projectId(),
                        project.adminToken());
        api.create(Payload.onPrivateAddress("web")).isOk();
    }

    @Test
    void everyRequestIsToldToComeBackAndTheServiceRecoversByItself() throws IOException {
        var payload = Payload.of(api.get("load-balancers/web").json());
        server.stop();
        for (var answer : InParallel.run(4, requests(payload))) {
            isUnavailable(answer);
        }
        start();
        await().atMost(DEADLINE).until(() -> api.get("load-balancers/web").status() == 200);
        assertThat(Payload.of(api.get("load-balancers/web").json()).toString())
                .isEqualTo(payload.toString());
        api.put("load-balancers/web", payload.with("/planId", "\"p50\"")).isOk();
    }

    @Test
    void noRequestHangsOnADatabaseThatAnswersNothing() {
        var payload = Payload.of(api.get("load-balancers/web").json());
        door.freeze();
        try {
            var requests = requests(payload);
            var answers = requests.stream().map(OutageTest::promptly).toList();
            for (var answer : InParallel.run(requests.size(), answers)) {
                isUnavailable(answer);
            }
        } finally {
            door.thaw();
        }
        await().atMost(DEADLINE).until(() -> api.get("load-balancers/web").status() == 200);
    }

    @Test
    void whatTakesNoWritesIsReadFromAndWritesAreToldToComeBack() throws SQLException {
        var payload = Payload.of(api.get("load-balancers/web").json());
        readOnly("on");
        try {
            await().atMost(DEADLINE)
                    .untilAsserted(() ->
                            isUnavailable(
                                    api.put(
                                            "load-balancers/web",
                                            payload.with("/planId", "\"p50\""))));
            isUnavailable(api.create(Payload.onPrivateAddress("other")));
            isUnavailable(api.delete("load-balancers/web"));
            for (var read : List.of("load-balancers", "load-balancers/web", "quota")) {
                api.get(read).isOk();
            }
        } finally {
            readOnly("off");
        }
        await().atMost(DEADLINE)
                .until(() ->
                        api.put("load-balancers/web", payload.with("/planId", "\"p50\"")).status()
                                == 200);
    }

    @Test
    void whenOthersHaveTakenAllConnectionsRequestsAreToldToComeBack() throws SQLException {
        var others = new ArrayList<Connection>();
        try {
            await().atMost(DEADLINE)
                    .until(() -> {
                        takeAll(others);
                        return inTime(() -> api.get("load-balancers/web")).status() == 503;
                    });
            takeAll(others);
            isUnavailable(inTime(() -> api.create(Payload.onPrivateAddress("other"))));
        } finally {
            for (var other : others) {
                other.close();
            }
        }
        await().atMost(DEADLINE).until(() -> api.get("load-balancers/web").status() == 200);
    }

    @Test
    void outageAndItsEndAreLoggedOnceEach() throws IOException {
        await().atMost(DEADLINE).until(() -> logged(Level.WARN) == logged(Level.INFO));
        var before = logged(Level.WARN);
        server.stop();
        for (int i = 0; i < 10; i++) {
            isUnavailable(api.get("quota"));
        }
        start();
        await().atMost(DEADLINE).until(() -> logged(Level.INFO) == before + 1);
        assertThat(logged(Level.WARN)).isEqualTo(before + 1);
    }

    private static long logged(Level level) {
        return List.copyOf(LOGGED.list).stream()
                .filter(event -> event.getLevel().equals(level))
                .count();
    }

    private static void readOnly(String value) throws SQLException {
        try (var connection = server.dataSource("postgres").getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute("ALTER SYSTEM SET default_transaction_read_only = " + value);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    /** Ours are ended, and their places taken, until the server has none left. */
    private static void takeAll(List<Connection> others) throws SQLException {
        if (!others.isEmpty()) {
            try (var statement = others.getFirst().createStatement()) {
                statement.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = 'plimsoll'
                        """);
            }
        }
        try {
            while (true) {
                others.add(server.dataSource("postgres").getConnection());
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
        }
    }

    private List<Callable<Answer>> requests(Payload payload) {
        return List.of(
                () -> api.get("load-balancers"),
                () -> api.get("load-balancers/web"),
                () -> api.create(Payload.onPrivateAddress("other")),
                () -> api.create(Payload.onPrivateAddress("key"), "Idempotency-Key", "k"),
                () -> api.put("load-balancers/web", payload.with("/planId", "\"p50\"")),
                () -> api.put("load-balancers/web?dryRun=true", payload),
                () -> api.delete("load-balancers/web"),
                () -> api.get("quota"),
                () -> api.get("/v2/regions/eu01/plans"));
    }

    private static Answer inTime(Callable<Answer> request) {
        return InParallel.run(1, List.of(promptly(request))).getFirst();
    }

    private static Callable<Answer> promptly(Callable<Answer> request) {
        return () -> {
            long started = System.nanoTime();
            var answer = request.call();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(DEADLINE);
            return answer;
        };
    }

    private static void isUnavailable(Answer answer) {
        answer.isProblem(503, 14);
        assertThat(answer.header("Retry-After")).isEqualTo("2");
        assertThat(answer.text())
                .doesNotContainIgnoringCase("sql")
                .doesNotContainIgnoringCase("jdbc")
                .doesNotContainIgnoringCase("hikari")
                .doesNotContainIgnoringCase("postgres")
                .doesNotContain("Exception");
    }
}
