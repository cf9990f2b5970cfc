package dev.plimsoll.provisioner.driver.process;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.plimsoll.agent.protocol.Bootstrap;
import dev.plimsoll.agent.protocol.VipOwnership;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A machine's files. Whole or not there: each is written beside and moved into place. */
public record MachineFolder(Path path) {
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
    private interface Typed {}

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .addMixIn(VipOwnership.class, Typed.class)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
    private static final String PROCESS = "process.json";
    private static final String LOG = "agent.log";

    public static MachineFolder of(Path machines, MachineId id) {
        return new MachineFolder(machines.resolve(id.toString()));
    }

    /** The machines that have one. */
    public static List<MachineId> all(Path machines) {
        if (!Files.isDirectory(machines)) {
            return List.of();
        }
        try (var folders = Files.list(machines)) {
            return folders.flatMap(folder -> idFrom(folder.getFileName().toString()).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<MachineId> idFrom(String name) {
        try {
            return Optional.of(MachineId.of(name));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // not a folder of ours
        }
    }

    public boolean exists() {
        return Files.isDirectory(path);
    }

    public void create() throws IOException {
        Files.createDirectories(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    public Path log() {
        return path.resolve(LOG);
    }

    public Optional<Bootstrap> bootstrap() throws IOException {
        return read(Bootstrap.FILE, Bootstrap.class);
    }

    /**
     * With the members that the first agents look for: one that still runs keeps its program, and
     * reads the file at its next dial.
     */
    public void write(Bootstrap bootstrap) throws IOException {
        var gateway = bootstrap.gateways().getFirst();
        var tree = (ObjectNode) JSON.valueToTree(bootstrap);
        tree.put("gatewayHost", gateway.host()).put("gatewayPort", gateway.port());
        if (bootstrap.vip() instanceof VipOwnership.FileLock(var lock)) {
            tree.put("activeLockFile", lock);
        }
        write(Bootstrap.FILE, tree);
    }

    public Optional<ProcessIdentity> process() throws IOException {
        return read(PROCESS, ProcessIdentity.class);
    }

    public void write(ProcessIdentity process) throws IOException {
        write(PROCESS, process);
    }

    public void delete() throws IOException {
        if (!exists()) {
            return;
        }
        Files.walkFileTree(
                path,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path folder, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.deleteIfExists(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private <T> Optional<T> read(String name, Class<T> type) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readString(path.resolve(name)), type));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty(); // half a file after a power cut is as good as none
        }
    }

    private void write(String name, Object value) throws IOException {
        WholeFile.write(path.resolve(name), JSON.writeValueAsBytes(value));
    }
}
