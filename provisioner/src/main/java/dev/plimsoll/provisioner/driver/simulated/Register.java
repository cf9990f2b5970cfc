package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.machine.MachineId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The machines that there are, a small file each, so that they outlive the process as real ones do.
 * One process at a time has a folder.
 */
final class Register {
    private static final String DEAD = " dead";

    private final Path folder;
    private final Map<MachineId, Life> machines = new ConcurrentHashMap<>();

    Register(Path folder) {
        this.folder = folder;
        if (Files.isDirectory(folder)) {
            load();
        }
    }

    Optional<Life> of(MachineId machine) {
        return Optional.ofNullable(machines.get(machine));
    }

    Collection<MachineId> all() {
        return List.copyOf(machines.keySet());
    }

    /** The life that it has, which may be over, or one that begins now. */
    Life live(MachineId machine) throws IOException {
        var present = machines.get(machine);
        return present == null ? write(machine, new Life(UUID.randomUUID(), false)) : present;
    }

    void die(MachineId machine) throws IOException {
        var present = machines.get(machine);
        if (present != null && !present.isOver()) {
            write(machine, new Life(present.id(), true));
        }
    }

    void remove(MachineId machine) throws IOException {
        if (machines.remove(machine) != null) {
            Files.deleteIfExists(file(machine));
        }
    }

    private Life write(MachineId machine, Life life) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(file(machine), life.id() + (life.isOver() ? DEAD : ""));
        machines.put(machine, life);
        return life;
    }

    private void load() {
        try (var files = Files.list(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = Files.readString(file);
                machines.put(MachineId.of(file.getFileName().toString()), Life.of(text));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the simulated machines", e);
        }
    }

    private Path file(MachineId machine) {
        return folder.resolve(machine.toString());
    }

    /**
     * @param id tells it from an earlier life of the same machine
     */
    record Life(UUID id, boolean isOver) {
        /** What was cut short when a disk was full is dead. */
        static Life of(String text) {
            var isSound = text.length() == UUID.randomUUID().toString().length();
            return isSound
                    ? new Life(UUID.fromString(text), false)
                    : new Life(UUID.randomUUID(), true);
        }
    }
}
