package dev.plimsoll.provisioner.driver.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineDriverContract;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Presence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No gateway is there: agents dial and dial, which no machine minds. */
class SimulatedDriverTest extends MachineDriverContract {
    @TempDir Path folder;
    private final List<SimulatedDriver> drivers = new ArrayList<>();

    @AfterEach
    void close() {
        drivers.forEach(SimulatedDriver::close);
    }

    @Override
    protected MachineDriver driver() {
        return newest();
    }

    /** The driver before is not used any more: its process was killed, and its agents with it. */
    @Override
    protected MachineDriver restarted() {
        drivers.add(new SimulatedDriver(settings(), this::bootstrap, InstantSource.system()));
        return drivers.getLast();
    }

    @Override
    protected void crash(MachineSpec machine) {
        newest().crash(machine.id());
    }

    @Override
    protected String lifeOf(MachineSpec machine) {
        return newest().lifeOf(machine.id()).orElseThrow().id().toString();
    }

    @Override
    protected int portKnownTo(MachineSpec machine) {
        return newest().portKnownTo(machine.id());
    }

    @Test
    void machineWhoseEntryWasCutShortIsDead() throws Exception {
        var machine = machine(0);
        ensure(machine);
        Files.writeString(folder.resolve(machine.id().toString()), "0199");

        assertThat(restarted().observe(machine)).isEqualTo(Presence.DEAD);
    }

    private SimulatedDriver newest() {
        if (drivers.isEmpty()) {
            restarted();
        }
        return drivers.getLast();
    }

    boolean areAgentsElsewhere() {
        return false;
    }

    private SimulatedSettings settings() {
        return new SimulatedSettings(
                folder,
                "10.0.0.0/8",
                "198.18.0.0/15",
                Duration.ofSeconds(5),
                areAgentsElsewhere(),
                List.of());
    }
}
