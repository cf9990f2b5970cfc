package dev.plimsoll.provisioner.driver.process;

import dev.plimsoll.provisioner.machine.MachineId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The agent's program and what runs it.
 *
 * @param extraJvmArgs in which {@code {machineId}} is replaced
 */
public record AgentProgram(Path home, Path java, List<String> extraJvmArgs) {
    private static final String MACHINE_ID = "{machineId}";
    private static final String JAR = "agent.jar";

    public AgentProgram {
        extraJvmArgs = List.copyOf(extraJvmArgs);
    }

    /** This JVM's own java unless another is named. */
    public static Path javaOr(@Nullable Path named) {
        return named == null ? Path.of(System.getProperty("java.home"), "bin", "java") : named;
    }

    /** Says what is not where it should be. */
    public Optional<String> missing() {
        return Stream.of(java, jar())
                .filter(file -> !Files.isReadable(file))
                .map(file -> "There is no " + file + " to run an agent with.")
                .findFirst();
    }

    public List<String> line(MachineId machine, Path folder) {
        return line(machine, folder, home, java);
    }

    /**
     * For a machine with a view of its own of the file system.
     *
     * @param homeThere where it sees the program
     * @param javaThere where it sees what runs it
     */
    public List<String> line(MachineId machine, Path folder, Path homeThere, Path javaThere) {
        var line = new ArrayList<String>();
        line.add(javaThere.toString());
        if (has("agent.jvmargs")) {
            line.add("@" + homeThere.resolve("agent.jvmargs"));
        }
        for (var argument : extraJvmArgs) {
            line.add(argument.replace(MACHINE_ID, machine.toString()));
        }
        if (has("agent.aot")) {
            line.add("-XX:AOTCache=" + homeThere.resolve("agent.aot"));
        }
        line.addAll(List.of("-jar", homeThere.resolve(JAR).toString()));
        line.addAll(List.of("--dir", folder.toString()));
        return line;
    }

    Path jar() {
        return home.resolve(JAR);
    }

    private boolean has(String file) {
        return Files.isReadable(home.resolve(file));
    }
}
