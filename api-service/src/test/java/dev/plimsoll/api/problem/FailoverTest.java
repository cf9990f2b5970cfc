package dev.plimsoll.api.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.api.ApiService;
import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.Payload;
import dev.plimsoll.api.support.SecretKeyFile;
import dev.plimsoll.api.tenancy.Tenants;
import dev.plimsoll.db.Migrations;
import dev.plimsoll.db.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The primary dies, and the follower at another address is promoted. */
@DirtiesContext
@SpringBootTest(
        classes = ApiService.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=api-service",
            "management.server.port=0",
            "plimsoll.api.leaving=0s"
        })
class FailoverTest {
    private static final Path PROGRAMS =
            Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "plimsoll-postgres-" + System.getProperty("user.name"));
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir private static Path folder;
    private static PostgresServer primary;
    private static PostgresServer follower;

    @Autowired private Tenants tenants;
    @LocalServerPort private int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) throws IOException {
        primary = PostgresServer.startOrAdopt(folder.resolve("primary"), PROGRAMS);
        primary.createDatabase(PostgresServer.NAME);
        Migrations.migrate(primary.dataSource(PostgresServer.NAME));
        follower = primary.follower(folder.resolve("follower"));
        registry.add(
                "spring.datasource.url",
                () ->
                        "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/plimsoll?targetServerType=primary"
                                .formatted(primary.port(), follower.port()));
        registry.add("spring.datasource.username", primary::user);
        registry.add("spring.datasource.password", primary::password);
        var key = SecretKeyFile.temporary();
        registry.add("plimsoll.api.secrets.key-file", () -> key);
    }

    @AfterAll
    static void stop() throws IOException {
        follower.stop();
    }

    @Test
    void promotedFollowerIsFoundAndNothingThatWasAnsweredIsLost() throws IOException {
        var project = tenants.create("test");
        var api =
                new ApiClient(
                        URI.create("http://127.0.0.1:" + port),
                        project.projectId(),
                        project.adminToken());
        var answered = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            var name = "lb-" + i;
            api.create(Payload.onPrivateAddress(name)).isOk();
            answered.add(name);
        }
        awaitFollowed();

        primary.stopAtOnce();
        api.create(Payload.onPrivateAddress("refused")).isProblem(503, 14);
        follower.promote();

        await().atMost(DEADLINE)
                .until(() -> api.create(Payload.onPrivateAddress("after")).status() == 200);
        for (var name : answered) {
            assertThat(api.get("load-balancers/" + name).status()).as(name).isEqualTo(200);
        }
    }

    /** Replication is asynchronous here; a real installation decides with synchronous_commit. */
    private static void awaitFollowed() {
        await().atMost(DEADLINE)
                .until(() -> {
                    try (var connection = primary.dataSource("postgres").getConnection();
                            var statement = connection.createStatement();
                            var lag =
                                    statement.executeQuery(
                                            """
                                            SELECT bool_and(pg_current_wal_lsn() = replay_lsn)
                                            FROM pg_stat_replication
                                            """)) {
                        return lag.next() && lag.getBoolean(1);
                    }
                });
    }
}
