package dev.plimsoll.provisioner.driver.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.provisioner.driver.local.AgentHome;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineDriverContract;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import dev.plimsoll.testing.OwnNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetnsDriverTest extends MachineDriverContract {
    @TempDir Path folder;
    private final List<NetnsDriver> drivers = new ArrayList<>();
    private OwnNamespace namespace;

    @BeforeEach
    void enter() throws IOException {
        assumeThat(Host.missing()).isEmpty();
        namespace = OwnNamespace.fresh();
    }

    @AfterEach
    void leave() throws IOException {
        if (namespace != null) {
            driver().owned().forEach(machine -> driver().removeOrphan(machine));
            drivers.forEach(NetnsDriver::close);
            namespace.close();
        }
    }

    @Override
    protected MachineDriver driver() {
        return drivers.isEmpty() ? restarted() : drivers.getFirst();
    }

    @Override
    protected MachineDriver restarted() {
        var driver = new NetnsDriver(settings(), this::bootstrap);
        try {
            driver.prepare();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        drivers.add(driver);
        return driver;
    }

    @Override
    protected void crash(MachineSpec machine) {
        var init = init(machine);
        init.handle().orElseThrow().destroyForcibly();
        await().atMost(LIMIT).until(() -> !init.isAlive());
    }

    @Override
    protected String lifeOf(MachineSpec machine) {
        return init(machine).toString();
    }

    @Override
    protected int portKnownTo(MachineSpec machine) {
        try {
            return files(machine).agent().bootstrap().orElseThrow().gateways().getFirst().port();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void agentRunsWithoutRightsAndTheMachineSeesNothingButItself() throws Exception {
        var machine = machine(0);
        ensure(machine);
        await().atMost(LIMIT)
                .until(() -> Files.exists(files(machine).agent().path().resolve("started")));

        var agent =
                init(machine)
                        .handle()
                        .orElseThrow()
                        .descendants()
                        .filter(process -> process.info().command().orElse("").endsWith("/java"))
                        .findFirst()
                        .orElseThrow();
        var status = Files.readString(Path.of("/proc/" + agent.pid() + "/status"));

        assertThat(status)
                .contains("Uid:\t61000\t61000\t61000")
                .contains("CapEff:\t0000000000000000")
                .contains("CapBnd:\t0000000000000000")
                .contains("NoNewPrivs:\t1");
        assertThat(
                        Command.run(
                                "nsenter",
                                "--net=/proc/" + agent.pid() + "/ns/net",
                                "ip",
                                "-br",
                                "l"))
                .contains("mgmt0")
                .doesNotContain("eth0");
    }

    private NetnsSettings settings() {
        return new NetnsSettings(
                folder,
                AgentHome.in(folder.resolve("agent")),
                null,
                List.of(),
                "10.250.0.0/16",
                "198.51.100.0/24",
                "100.64.0.0/16",
                61_000,
                Duration.ofMillis(100),
                Duration.ofSeconds(2),
                Duration.ofMillis(50));
    }

    private NetnsMachine files(MachineSpec machine) {
        return ((NetnsDriver) driver()).machine(machine.id());
    }

    private ProcessIdentity init(MachineSpec machine) {
        try {
            return files(machine).folder().process().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
