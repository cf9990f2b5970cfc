package dev.plimsoll.standalone;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The agents that run, read off the data folder: for when the services are down and nobody can be
 * asked.
 */
final class LocalMachines {
    private LocalMachines() {}

    static List<StatusReport.LoadBalancer> of(DataFolder folder) throws IOException {
        if (!Files.isDirectory(folder.machines())) {
            return List.of();
        }
        var agents = new TreeMap<String, List<StatusReport.Agent>>();
        try (var machines = Files.list(folder.machines())) {
            for (var machine : machines.sorted().toList()) {
                var process =
                        DataFolder.read(machine.resolve("process.json"), ProcessIdentity.class)
                                .filter(ProcessIdentity::isAlive);
                var bootstrap = bootstrap(machine);
                if (process.isPresent() && Files.exists(bootstrap)) {
                    var json = JsonMapper.shared().readTree(Files.readString(bootstrap));
                    agents.computeIfAbsent(
                                    json.path("loadBalancerId").asString(""),
                                    _ -> new ArrayList<>())
                            .add(agent(machine.getFileName().toString(), process.get().pid()));
                }
            }
        }
        return agents.entrySet().stream()
                .map(lb ->
                        new StatusReport.LoadBalancer(
                                lb.getKey(),
                                "",
                                "",
                                lb.getKey(),
                                "UNKNOWN",
                                null,
                                null,
                                lb.getValue()))
                .toList();
    }

    /** Agents of machines with namespaces of their own have a folder in the machine's. */
    private static Path bootstrap(Path machine) {
        var inside = machine.resolve("agent").resolve("bootstrap.json");
        return Files.exists(inside) ? inside : machine.resolve("bootstrap.json");
    }

    private static StatusReport.Agent agent(String machine, long pid) {
        return new StatusReport.Agent(
                machine, null, pid, "UNKNOWN", null, null, null, null, List.of());
    }
}
