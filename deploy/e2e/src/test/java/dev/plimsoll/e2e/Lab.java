package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plimsoll.testing.OwnNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The lab of {@code ./plimsoll lab} under names of its own. The thread that builds it is in the
 * services' namespace until it is closed.
 */
final class Lab implements AutoCloseable {
    static final String VIP = "198.51.100.80";
    static final String NAME = "demo";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path LAUNCHER = Path.of("../../plimsoll").toAbsolutePath().normalize();
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final String FAMILY = "plimsoll-e2e-";

    private final Path data;
    private final String prefix;
    private final OwnNamespace services;
    private final Tenant tenant;

    private Lab(Path data, String prefix, OwnNamespace services, Tenant tenant) {
        this.data = data;
        this.prefix = prefix;
        this.services = services;
        this.tenant = tenant;
    }

    static Lab build(Path folder) throws Exception {
        assumeThat(missing()).as("what the namespaces of the lab need").isEmpty();
        removeLeftovers();
        var prefix = FAMILY + ProcessHandle.current().pid();
        var data = Files.createDirectories(folder.resolve(prefix)).resolve("data");
        try {
            lab(prefix, data, "up");
        } catch (IOException | AssertionError e) {
            lab(prefix, data, "down");
            throw e;
        }
        var services = OwnNamespace.at(NAMESPACES.resolve(prefix));
        return new Lab(data, prefix, services, new Tenant(new Installation(data)));
    }

    Tenant tenant() {
        return tenant;
    }

    Path client() {
        return NAMESPACES.resolve(prefix + "-client");
    }

    Path namespace(String name) {
        return NAMESPACES.resolve(prefix + "-" + name);
    }

    /** Nothing is left of those that were before, either. */
    void awaitPair() {
        await("a pair of agents")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() ->
                        tenant.rolesOfConnectedAgents(NAME).equals(Set.of("ACTIVE", "STANDBY"))
                                && machines().size() == 2
                                && owners() == 1);
    }

    String active() throws Exception {
        return tenant.activeMachine(NAME);
    }

    List<String> machines() throws IOException {
        try (var folders = Files.list(data.resolve("machines"))) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
        }
    }

    /** The machine's first process; with it ends everything that runs there. */
    ProcessHandle init(String machine) throws IOException {
        var file = data.resolve("machines").resolve(machine).resolve("process.json");
        var pid = new ObjectMapper().readTree(file.toFile()).path("pid").asLong();
        return ProcessHandle.of(pid).orElseThrow();
    }

    List<ProcessHandle> processes(String machine, String program) throws IOException {
        return init(machine)
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/" + program))
                .toList();
    }

    /** How many machines have the VIP on a link of theirs. */
    long owners() throws IOException, InterruptedException {
        long owners = 0;
        for (var machine : machines()) {
            if (addresses(machine).contains(VIP + "/")) {
                owners++;
            }
        }
        return owners;
    }

    String address(String machine) throws IOException, InterruptedException {
        return addresses(machine)
                .lines()
                .filter(line -> line.startsWith("net0"))
                .map(line -> line.split("\\s+")[2].split("/")[0])
                .findFirst()
                .orElseThrow();
    }

    /** The outer ends of the machine's links to clients and targets. */
    List<String> ports(String machine) throws IOException, InterruptedException {
        var outer = run(Map.of(), "ip", "-oneline", "link").lines().toList();
        return inMachine(machine, "ip", "-oneline", "link")
                .lines()
                .filter(line -> line.contains(": net0@") || line.contains(": ext0@"))
                .map(line -> line.split("@if", 2)[1].split(":")[0] + ": ")
                .map(index ->
                        outer.stream()
                                .filter(line -> line.startsWith(index))
                                .findFirst()
                                .orElseThrow())
                .map(line -> line.split(": ")[1].split("@")[0])
                .toList();
    }

    String inMachine(String machine, String... line) throws IOException, InterruptedException {
        var all =
                Stream.concat(
                        Stream.of("nsenter", "--net=/proc/" + init(machine).pid() + "/ns/net"),
                        Stream.of(line));
        return run(Map.of(), all.toArray(String[]::new));
    }

    static String run(Map<String, String> environment, String... line)
            throws IOException, InterruptedException {
        var output = Files.createTempFile("plimsoll-e2e", ".txt");
        var builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(String.join(" ", line)).isTrue();
        var said = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", line) + ": " + said);
        }
        return said;
    }

    /** Everything of it is gone then, which is looked at, too. */
    @Override
    public void close() throws Exception {
        services.close();
        lab(prefix, data, "down");
        assertThat(ours(prefix)).isEmpty();
        await().atMost(Duration.ofSeconds(10)).until(() -> processes(prefix + "/").isEmpty());
        assertThat(data).doesNotExist();
    }

    private static void lab(String prefix, Path data, String command)
            throws IOException, InterruptedException {
        run(
                Map.of("LAB_PREFIX", prefix),
                LAUNCHER.toString(),
                "lab",
                command,
                "--data",
                data.toString());
    }

    private String addresses(String machine) throws IOException, InterruptedException {
        try {
            return inMachine(machine, "ip", "-brief", "-4", "address");
        } catch (IOException | java.util.NoSuchElementException ended) {
            return "";
        }
    }

    private static List<String> missing() {
        var missing = new ArrayList<String>();
        if (!"root".equals(System.getProperty("user.name"))) {
            missing.add("the rights of root");
        }
        for (var program : List.of("ip", "nft", "keepalived", "nsenter", "setpriv", "curl")) {
            if (Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                    .noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))) {
                missing.add("the program " + program);
            }
        }
        return missing;
    }

    /** Of runs that were killed: their names end with the number of a process that is gone. */
    private static void removeLeftovers() throws IOException, InterruptedException {
        for (var name : ours(FAMILY)) {
            var pid = name.substring(FAMILY.length()).replaceAll("\\D.*", "");
            if (!pid.isEmpty() && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                processes(FAMILY + pid + "/").forEach(ProcessHandle::destroyForcibly);
                run(Map.of(), "ip", "netns", "delete", name);
            }
        }
    }

    private static List<String> ours(String prefix) throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (var files = Files.list(NAMESPACES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }

    private static List<ProcessHandle> processes(String folder) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        Stream.of(process.info().arguments().orElse(new String[0]))
                                .anyMatch(argument -> argument.contains(folder)))
                .toList();
    }
}
