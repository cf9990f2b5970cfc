package dev.plimsoll.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.driver.local.AgentHome;
import dev.plimsoll.provisioner.gateway.Gateway;
import dev.plimsoll.provisioner.work.FirstPass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole program with its real wiring and real processes; only the agents do nothing. */
class ProvisionerTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @TempDir Path folder;
    private final Ground ground = new Ground();

    @AfterEach
    void close() {
        ground.close();
    }

    @Test
    void machinesOutliveTheProvisionerAreAdoptedByTheNextAndRemovedWithTheirLoadBalancer()
            throws IOException, InterruptedException {
        var id = ground.order("web", Orders.ephemeral(80, "127.0.0.1"));
        List<Path> machines;
        try (var first = start()) {
            assertThat(first.getBean(Gateway.class).port()).isPositive();
            await().atMost(LIMIT).until(() -> processes().size() == 2);
            machines = processes();
            await().atMost(LIMIT)
                    .until(() -> ground.condition(id, "SERVING").equals("FALSE AGENTS_STARTING"));
        }
        var before = Files.readString(machines.getFirst());
        pretendConnected(id.value(), machines);

        try (var second = start()) {
            assertThat(ground.ask(CONNECTED, id, Integer.class)).isZero();
            assertThat(second.getBean(FirstPass.class).await(LIMIT)).isTrue();
            assertThat(Files.readString(machines.getFirst())).isEqualTo(before);
            assertThat(processes()).containsExactlyElementsOf(machines);

            ground.delete(id);

            await().atMost(LIMIT).until(() -> ground.isRemoved(id));
            assertThat(processes()).isEmpty();
            assertThat(folder.resolve("data/locks")).isEmptyDirectory();
        }
    }

    @Test
    void transactionThatStandsStillIsEndedByTheServer() {
        try (var provisioner = start()) {
            var sql = JdbcClient.create(provisioner.getBean(DataSource.class));

            assertThat(
                            sql.sql("show idle_in_transaction_session_timeout")
                                    .query(String.class)
                                    .single())
                    .isEqualTo("5s");
        }
    }

    @Test
    void lostSecretKeyIsAClearErrorAtStart() throws IOException {
        start().close();
        Files.delete(folder.resolve("secret.key"));

        assertThatThrownBy(this::start)
                .rootCause()
                .hasMessageContaining("secret.key is missing")
                .hasMessageContaining("plimsoll.provisioner.secret-key-file");
    }

    private static final String CONNECTED =
            "select count(*) from agent_status where load_balancer_id = :id and connected";

    /** As a provisioner leaves it that is killed. */
    private void pretendConnected(UUID loadBalancer, List<Path> machines) {
        for (var machine : machines) {
            ground.sql()
                    .sql(
                            """
                            insert into agent_status (machine_id, load_balancer_id, session_id,
                                connected, connected_since, pid, agent_version, connection_limit,
                                role, role_since)
                            values (:machine, :loadBalancer, :session, true, now(), 1, '1', 1,
                                'ACTIVE', now())
                            """)
                    .param("machine", UUID.fromString(machine.getParent().getFileName().toString()))
                    .param("loadBalancer", loadBalancer)
                    .param("session", UUID.randomUUID())
                    .update();
        }
    }

    private ConfigurableApplicationContext start() {
        var database = (com.zaxxer.hikari.HikariDataSource) ground.database();
        return new SpringApplicationBuilder(Provisioner.class)
                .properties("spring.config.name=provisioner", "spring.main.banner-mode=off")
                .run(
                        "--spring.datasource.url=" + database.getJdbcUrl(),
                        "--spring.datasource.username=" + database.getUsername(),
                        "--spring.datasource.password=" + database.getPassword(),
                        "--plimsoll.provisioner.secret-key-file=" + folder.resolve("secret.key"),
                        "--plimsoll.provisioner.work.first-pass-patience=200ms",
                        "--plimsoll.provisioner.local.data=" + folder.resolve("data"),
                        "--plimsoll.provisioner.local.agent-home="
                                + AgentHome.in(folder.resolve("agent")));
    }

    private List<Path> processes() throws IOException {
        var machines = folder.resolve("data/machines");
        if (!Files.isDirectory(machines)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(machines)) {
            return folders.map(machine -> machine.resolve("process.json"))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        }
    }
}
