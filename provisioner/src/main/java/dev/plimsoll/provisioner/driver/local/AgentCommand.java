package dev.plimsoll.provisioner.driver.local;

import dev.plimsoll.provisioner.driver.process.AgentProgram;
import dev.plimsoll.provisioner.driver.process.AgentVersion;
import dev.plimsoll.provisioner.driver.process.MachineFolder;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How an agent's process is started and recognised. */
final class AgentCommand {
    private static final File NOWHERE = new File("/dev/null");

    private final AgentProgram program;
    private final List<String> ownSession;
    private final AgentVersion version;

    AgentCommand(LocalSettings settings) {
        this.program =
                new AgentProgram(
                        settings.agentHome(), settings.javaProgram(), settings.extraJvmArgs());
        this.version = new AgentVersion(program);
        this.ownSession =
                Stream.of("/usr/bin/setsid", "/bin/setsid")
                        .filter(setsid -> Files.isExecutable(Path.of(setsid)))
                        .limit(1)
                        .toList();
    }

    Optional<String> missing() {
        return program.missing();
    }

    Process start(MachineId machine, MachineFolder folder) throws IOException {
        var line = new ArrayList<>(ownSession);
        line.addAll(program.line(machine, folder.path()));
        return new ProcessBuilder(line)
                .directory(folder.path().toFile())
                .redirectInput(NOWHERE)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()))
                .start();
    }

    /** As the agent itself will say. */
    Optional<String> version() {
        return version.read();
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
