package dev.plimsoll.provisioner.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.plimsoll.provisioner.Ground;
import dev.plimsoll.provisioner.Orders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JanitorTest {
    private final Ground ground = new Ground();
    private final MachineDriver driver = mock(MachineDriver.class);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Janitor janitor =
            new Janitor(driver, ground.database(), Duration.ofMinutes(1), meters);

    @AfterEach
    void close() {
        janitor.close();
        ground.close();
    }

    @Test
    void machineWithoutARecordIsRemoved() {
        var orphan = new MachineId(UUID.randomUUID());
        when(driver.owned()).thenReturn(List.of(orphan));
        when(driver.removeOrphan(orphan)).thenReturn(MachineOutcome.OK);

        janitor.sweep();

        verify(driver).removeOrphan(orphan);
        assertThat(meters.counter("plimsoll.machines.orphans.removed").count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INTENT", "CREATING", "ENROLLED", "STANDBY", "ACTIVE", "DRAINING"})
    void machineWithALivingRecordIsLeftAlone(String state) {
        when(driver.owned()).thenReturn(List.of(record(state)));

        janitor.sweep();

        verify(driver, never()).removeOrphan(any());
    }

    @Test
    void whatIsLeftOfADeletedMachineIsRemoved() {
        var deleted = record("DELETED");
        when(driver.owned()).thenReturn(List.of(deleted));
        when(driver.removeOrphan(deleted)).thenReturn(MachineOutcome.OK);

        janitor.sweep();

        verify(driver).removeOrphan(deleted);
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
