package dev.plimsoll.standalone;

import dev.plimsoll.db.PostgresServer;
import dev.plimsoll.provisioner.driver.netns.NetnsSettings;
import dev.plimsoll.provisioner.driver.netns.TenantNetworks;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops what a data folder's installation runs, whether or not its standalone still lives. Data
 * stays.
 */
final class Down {
    private static final Duration SERVICES = Duration.ofSeconds(15);
    private static final Duration AGENTS = Duration.ofSeconds(5);

    private final DataFolder folder;

    Down(DataFolder folder) {
        this.folder = folder;
    }

    void stopEverything() throws IOException {
        var stopped = new ArrayList<String>();
        // Services first: while the provisioner lives it would replace the agents that end below.
        if (stop(folder.running().map(Running::process).stream().toList(), SERVICES) > 0) {
            stopped.add("services");
        }
        var agents = stop(agents(), AGENTS);
        if (agents > 0) {
            stopped.add(agents + (agents == 1 ? " agent" : " agents"));
        }
        if (folder.driver() == Driver.NETNS) {
            new TenantNetworks(NetnsSettings.of(folder.path())).removeBridges();
        }
        var demo = DataFolder.read(folder.demoTargets(), ProcessIdentity.class).stream().toList();
        if (stop(demo, AGENTS) > 0) {
            stopped.add("demo targets");
        }
        if (PostgresServer.stopIfRunning(folder.postgres(), folder.postgresPrograms())) {
            stopped.add("PostgreSQL");
        }
        System.out.println(
                stopped.isEmpty()
                        ? "Nothing was running in " + folder.path()
                        : "Stopped "
                                + String.join(", ", stopped)
                                + "; data stays in "
                                + folder.path());
    }

    private static int stop(List<ProcessIdentity> processes, Duration patience) {
        var alive = processes.stream().filter(ProcessIdentity::isAlive).toList();
        alive.parallelStream().forEach(process -> Ending.of(process, patience));
        return alive.size();
    }

    private List<ProcessIdentity> agents() throws IOException {
        if (!Files.isDirectory(folder.machines())) {
            return List.of();
        }
        var found = new ArrayList<ProcessIdentity>();
        try (var machines = Files.list(folder.machines())) {
            for (var machine : machines.toList()) {
                DataFolder.read(machine.resolve("process.json"), ProcessIdentity.class)
                        .ifPresent(found::add);
            }
        }
        return found;
    }
}
