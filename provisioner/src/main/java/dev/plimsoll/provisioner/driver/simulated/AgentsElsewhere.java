package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.provisioner.driver.process.WholeFile;
import dev.plimsoll.provisioner.machine.MachineId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Agents in a {@link SimulatedFleet}, a process of its own: a file for each says that it lives. */
final class AgentsElsewhere implements AgentHome {
    private final Path folder;

    AgentsElsewhere(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep simulated agents in " + folder, e);
        }
    }

    /** Empty for what is no agent's file, or not finished. */
    static Optional<Bootstrap> read(Path file) throws IOException {
        if (file.toString().endsWith(WholeFile.SUFFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Messages.JSON.readValue(Files.readString(file), Bootstrap.class));
        } catch (NoSuchFileException | JacksonException _) {
            return Optional.empty(); // gone again, or half a file after a power cut
        }
    }

    @Override
    public Optional<Bootstrap> bootstrap(MachineId machine) {
        try {
            return read(file(machine));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void run(MachineId machine, Bootstrap bootstrap) throws IOException {
        if (bootstrap.equals(bootstrap(machine).orElse(null))) {
            return;
        }
        WholeFile.write(
                file(machine),
                Messages.JSON.writeValueAsString(bootstrap).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void end(MachineId machine) throws IOException {
        Files.deleteIfExists(file(machine));
    }

    /** They go on without us. */
    @Override
    public void close() {}

    private Path file(MachineId machine) {
        return folder.resolve(machine.toString());
    }
}
