package dev.plimsoll.provisioner.driver.local;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.driver.process.DeathWatch;
import dev.plimsoll.provisioner.driver.process.MachineFolder;
import dev.plimsoll.provisioner.driver.process.ProcessEnd;
import dev.plimsoll.provisioner.driver.process.Pulse;
import dev.plimsoll.provisioner.machine.AddressRange;
import dev.plimsoll.provisioner.machine.Bootstraps;
import dev.plimsoll.provisioner.machine.Capabilities;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineOutcome;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine is a process and a folder {@code machines/<id>}; the VIP goes to whichever of a load
 * balancer's processes holds the lock on {@code locks/<load balancer>.lock}.
 */
public final class LocalDriver implements MachineDriver {
    private static final Logger LOG = LoggerFactory.getLogger(LocalDriver.class);
    private static final String INTERNAL = "TYPE_INTERNAL";
    private static final int ANY_PORT = 0;

    private final LocalSettings settings;
    private final Bootstraps bootstraps;
    private final AgentCommand command;
    private final Path machines;
    private final Path locks;
    private final Pulse pulse;
    private final DeathWatch deaths;

    public LocalDriver(LocalSettings settings, Bootstraps bootstraps) {
        this.settings = settings;
        this.bootstraps = bootstraps;
        this.command = new AgentCommand(settings);
        this.machines = settings.data().resolve("machines");
        this.locks = settings.data().resolve("locks");
        this.pulse = new Pulse(settings.pulse());
        this.deaths = new DeathWatch(settings.watch(), settings.hung(), pulse::isSilent);
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                "local",
                "local",
                new AddressRange(settings.privateRange()),
                new AddressRange(settings.ephemeralRange()));
    }

    @Override
    public MachineOutcome ensure(MachineSpec machine) {
        var missing = command.missing();
        if (missing.isPresent()) {
            return new MachineOutcome.Permanent(INTERNAL, missing.get());
        }
        return attempt(
                machine.id(),
                folder -> {
                    var isNew = !folder.exists();
                    folder.create();
                    Files.createDirectories(locks);
                    refreshBootstrap(machine, folder);
                    var running = isNew ? Optional.<ProcessIdentity>empty() : adopt(folder);
                    if (running.isPresent()) {
                        watch(machine.id(), running.get(), folder);
                    } else if (folder.process().isEmpty()) {
                        watch(machine.id(), start(machine, folder), folder);
                    }
                });
    }

    @Override
    public Presence observe(MachineSpec machine) {
        var folder = MachineFolder.of(machines, machine.id());
        try {
            var recorded = folder.process();
            if (recorded.isEmpty()) {
                return Presence.ABSENT;
            }
            var process = adopt(folder);
            if (process.isEmpty()) {
                return Presence.DEAD;
            }
            watch(machine.id(), process.get(), folder);
            return deaths.isHung(machine.id(), process.get()) ? Presence.HUNG : Presence.RUNNING;
        } catch (IOException e) {
            warn(machine.id(), e);
            return Presence.UNKNOWN;
        }
    }

    @Override
    public MachineOutcome fence(MachineSpec machine) {
        return attempt(machine.id(), folder -> end(folder, Duration.ZERO));
    }

    @Override
    public MachineOutcome remove(MachineSpec machine) {
        return remove(machine.id(), settings.stopGrace());
    }

    @Override
    public MachineOutcome removeOrphan(MachineId machine) {
        return remove(machine, Duration.ZERO);
    }

    @Override
    public MachineOutcome forget(LoadBalancerId loadBalancer) {
        try {
            Files.deleteIfExists(lockFile(loadBalancer));
            return MachineOutcome.OK;
        } catch (IOException e) {
            return new MachineOutcome.Transient("Cannot delete a lock file: " + e.getMessage());
        }
    }

    @Override
    public Collection<MachineId> owned() {
        return MachineFolder.all(machines);
    }

    @Override
    public Optional<String> agentVersion() {
        return command.version();
    }

    @Override
    public void onDeath(Consumer<MachineId> listener) {
        deaths.listen(listener);
    }

    /** Stops watching. Agents go on. */
    @Override
    public void close() {
        deaths.close();
        pulse.close();
    }

    private void watch(MachineId machine, ProcessIdentity process, MachineFolder folder) {
        pulse.watch(machine, process, folder.path());
        deaths.watch(machine, process);
    }

    private void refreshBootstrap(MachineSpec machine, MachineFolder folder) throws IOException {
        var present = folder.bootstrap().orElse(null);
        var vip = new VipOwnership.FileLock(lockFile(machine.loadBalancer()).toString());
        var wanted = bootstraps.bootstrap(machine, vip, ANY_PORT, present);
        if (!wanted.equals(present)) {
            folder.write(wanted);
        }
    }

    private ProcessIdentity start(MachineSpec machine, MachineFolder folder) throws IOException {
        Files.deleteIfExists(folder.path().resolve(Bootstrap.ADMIN_FILE)); // of an earlier life
        var process = command.start(machine.id(), folder);
        var identity =
                ProcessIdentity.of(process.pid())
                        .orElseThrow(
                                () -> new IOException("The agent ended at once: " + folder.log()));
        folder.write(identity);
        LOG.atInfo()
                .addKeyValue("loadBalancerId", machine.loadBalancer())
                .addKeyValue("machineId", machine.id())
                .addKeyValue("pid", identity.pid())
                .log("Started an agent");
        return identity;
    }

    private static Optional<ProcessIdentity> adopt(MachineFolder folder) throws IOException {
        var recorded = folder.process().filter(ProcessIdentity::isAlive);
        if (recorded.isPresent()) {
            return recorded;
        }
        var unrecorded = AgentCommand.unrecorded(folder).findFirst();
        if (unrecorded.isPresent()) {
            folder.write(unrecorded.get());
        }
        return unrecorded;
    }

    private MachineOutcome remove(MachineId machine, Duration grace) {
        return attempt(
                machine,
                folder -> {
                    end(folder, grace);
                    folder.delete();
                    deaths.forget(machine);
                    pulse.forget(machine);
                });
    }

    private static void end(MachineFolder folder, Duration grace) throws IOException {
        var running = folder.exists() ? adopt(folder) : Optional.<ProcessIdentity>empty();
        if (running.isPresent()) {
            ProcessEnd.of(running.get(), grace);
        }
    }

    private MachineOutcome attempt(MachineId machine, Action action) {
        try {
            action.on(MachineFolder.of(machines, machine));
            return MachineOutcome.OK;
        } catch (IOException e) {
            warn(machine, e);
            return new MachineOutcome.Transient(String.valueOf(e.getMessage()));
        }
    }

    private static void warn(MachineId machine, IOException e) {
        LOG.atWarn()
                .addKeyValue("machineId", machine)
                .setCause(e)
                .log("A call of the local driver failed");
    }

    private Path lockFile(LoadBalancerId loadBalancer) {
        return locks.resolve(loadBalancer + ".lock");
    }

    private interface Action {
        void on(MachineFolder folder) throws IOException;
    }
}
