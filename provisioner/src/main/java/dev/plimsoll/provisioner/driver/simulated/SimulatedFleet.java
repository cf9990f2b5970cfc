package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.machine.MachineId;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code SimulatedFleet FOLDER}: the agents of a provisioner whose setting {@code
 * simulated.agents-elsewhere} is on, as a process of its own. Follows the folder {@code agents} of
 * the driver's data: a file is an agent. Each costs this process one descriptor, and the
 * provisioner one.
 */
public final class SimulatedFleet {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedFleet.class);

    /** As agents that forward have it, until their gateway asks for less. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    private final Path folder;
    private final AgentHome agents;
    private final Set<String> known = new HashSet<>();

    private SimulatedFleet(Path folder) {
        this.folder = folder;
        var clock = InstantSource.system();
        this.agents = new AgentsHere(Fleet.of(new Faults(List.of(), clock), HEARTBEAT, clock));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            System.err.println("Usage: SimulatedFleet FOLDER");
            System.exit(2);
        }
        new SimulatedFleet(Path.of(arguments[0]).toAbsolutePath()).follow();
    }

    private void follow() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (var watch = folder.getFileSystem().newWatchService()) {
            folder.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE);
            lookAtAll();
            while (true) {
                var key = watch.take();
                for (var event : key.pollEvents()) {
                    on(event);
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException _) {
            agents.close();
        }
    }

    private void on(WatchEvent<?> event) throws IOException {
        if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
            lookAtAll();
        } else if (event.context() instanceof Path name) {
            lookAt(name.toString());
        }
    }

    private void lookAtAll() throws IOException {
        var present = new HashSet<String>();
        try (var files = Files.list(folder)) {
            files.forEach(file -> present.add(file.getFileName().toString()));
        }
        var all = new HashSet<>(known);
        all.addAll(present);
        for (var name : all) {
            lookAt(name);
        }
        LOG.atInfo().addKeyValue("agents", known.size()).log("Looked at all agents");
    }

    private void lookAt(String name) throws IOException {
        var bootstrap = AgentsElsewhere.read(folder.resolve(name));
        if (bootstrap.isPresent()) {
            agents.run(MachineId.of(name), bootstrap.get());
            known.add(name);
        } else if (known.remove(name)) {
            agents.end(MachineId.of(name));
        }
    }
}
