package dev.plimsoll.provisioner.driver.local;

import dev.plimsoll.provisioner.machine.MachineId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How an agent's process is started and recognised. */
final class AgentCommand {
    private static final String MACHINE_ID = "{machineId}";
    private static final Attributes.Name VERSION = Attributes.Name.IMPLEMENTATION_VERSION;
    private static final File NOWHERE = new File("/dev/null");

    private final LocalSettings settings;
    private final List<String> ownSession;
    private volatile @Nullable Version known;

    AgentCommand(LocalSettings settings) {
        this.settings = settings;
        this.ownSession =
                Stream.of("/usr/bin/setsid", "/bin/setsid")
                        .filter(program -> Files.isExecutable(Path.of(program)))
                        .limit(1)
                        .toList();
    }

    /** Says what is not where it should be. */
    Optional<String> missing() {
        return Stream.of(settings.javaProgram(), program())
                .filter(file -> !Files.isReadable(file))
                .map(file -> "There is no " + file + " to run an agent with.")
                .findFirst();
    }

    Process start(MachineId machine, MachineFolder folder) throws IOException {
        return new ProcessBuilder(line(machine, folder))
                .directory(folder.path().toFile())
                .redirectInput(NOWHERE)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
                .start();
    }

    List<String> line(MachineId machine, MachineFolder folder) {
        var line = new ArrayList<>(ownSession);
        line.add(settings.javaProgram().toString());
        var arguments = settings.agentHome().resolve("agent.jvmargs");
        if (Files.isReadable(arguments)) {
            line.add("@" + arguments);
        }
        for (var argument : settings.extraJvmArgs()) {
            line.add(argument.replace(MACHINE_ID, machine.toString()));
        }
        var cache = settings.agentHome().resolve("agent.aot");
        if (Files.isReadable(cache)) {
            line.add("-XX:AOTCache=" + cache);
        }
        line.addAll(List.of("-jar", program().toString()));
        line.addAll(List.of("--dir", folder.path().toString()));
        return line;
    }

    /** As the agent itself will say. */
    Optional<String> version() {
        var file = program();
        var present = known;
        try {
            var written = Files.getLastModifiedTime(file);
            if (present == null || !present.written().equals(written)) {
                present = new Version(written, readVersion());
                known = present;
            }
            return present.text();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private Optional<String> readVersion() throws IOException {
        try (var jar = new JarFile(program().toFile())) {
            return Optional.ofNullable(jar.getManifest())
                    .map(manifest -> manifest.getMainAttributes().getValue(VERSION));
        }
    }

    private record Version(FileTime written, Optional<String> text) {}

    private Path program() {
        return settings.agentHome().resolve("agent.jar");
    }

    /**
     * A process that was started for the folder and not written down, because whoever started it
     * died in that moment.
     */
    static Stream<ProcessIdentity> unrecorded(MachineFolder folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> isFor(folder, process))
                .flatMap(process -> ProcessIdentity.of(process.pid()).stream());
    }

    private static boolean isFor(MachineFolder folder, ProcessHandle process) {
        var arguments = process.info().arguments();
        if (arguments.isEmpty() || process.pid() == ProcessHandle.current().pid()) {
            return false;
        }
        var list = List.of(arguments.get());
        var flag = list.lastIndexOf("--dir");
        return flag >= 0
                && flag + 1 < list.size()
                && list.get(flag + 1).equals(folder.path().toString());
    }
}
