package dev.plimsoll.provisioner.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import dev.plimsoll.provisioner.driver.local.LocalDriver;
import dev.plimsoll.provisioner.driver.local.LocalSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JanitorTest {
    @TempDir Path folder;
    private final Ground ground = new Ground();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private LocalDriver driver;
    private Janitor janitor;

    @BeforeEach
    void open() {
        driver =
                new LocalDriver(
                        new LocalSettings(
                                folder,
                                folder,
                                null,
                                List.of(),
                                "127.64.0.0/12",
                                "127.80.0.0/12",
                                Duration.ZERO,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1),
                                new LocalSettings.Silence(
                                        Duration.ofSeconds(5), Duration.ofSeconds(5), 3)),
                        (_, _, _, _) -> {
                            throw new AssertionError("a janitor makes nothing");
                        });
        janitor = new Janitor(driver, ground.database(), Duration.ofMinutes(1), meters);
    }

    @AfterEach
    void close() {
        janitor.close();
        driver.close();
        ground.close();
    }

    @Test
    void machineWithoutARecordIsRemoved() throws IOException {
        var orphan = folderOf(new MachineId(UUID.randomUUID()));

        janitor.sweep();

        assertThat(orphan).doesNotExist();
        assertThat(meters.counter("plimsoll.machines.orphans.removed").count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTENT", "CREATING", "ENROLLED", "STANDBY", "ACTIVE", "DRAINING"})
    void machineWithALivingRecordIsLeftAlone(String state) throws IOException {
        var machine = folderOf(record(state));

        janitor.sweep();

        assertThat(machine).exists();
    }

    @Test
    void whatIsLeftOfADeletedMachineIsRemoved() throws IOException {
        var remains = folderOf(record("DELETED"));

        janitor.sweep();

        assertThat(remains).doesNotExist();
    }

    private Path folderOf(MachineId machine) throws IOException {
        var path = Files.createDirectories(folder.resolve("machines/" + machine));
        Files.writeString(path.resolve("agent.log"), "something");
        return path;
    }

    private MachineId record(String state) {
        var id = ground.order("web", Orders.ephemeral(80, "127.0.0.1"));
        return ground.sql()
                .sql(
                        """
                        insert into machine (id, project_id, load_balancer_id, slot, incarnation,
                            driver, state)
                        select uuidv7(), project_id, id, 0, 1, 'x', :state from load_balancer
                        where id = :id returning id
                        """)
                .param("state", state)
                .param("id", id.value())
                .query((row, _) -> new MachineId(row.getObject(1, UUID.class)))
                .single();
    }
}
