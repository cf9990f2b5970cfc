package dev.plimsoll.agent.app.machine;

import dev.plimsoll.agent.protocol.Bootstrap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a machine driver gives an agent. Whatever is written here is its user's alone.
 */
public record MachineFolder(Path path) {
    private static final String LOCK = "agent.lock";
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Held on to: a lock that nobody refers to ends with the next garbage collection. */
    private static volatile @Nullable FileLock taken;

    public Path file(String name) {
        return path.resolve(name);
    }

    /** Read anew at each use: a driver may change the gateway's address. */
    public Bootstrap bootstrap() throws IOException {
        return Json.lenient().readValue(Files.readString(file(Bootstrap.FILE)), Bootstrap.class);
    }

    /**
     * A machine has one agent: whoever comes first holds the folder, and the kernel gives it free
     * when that process ends, however it ends.
     */
    @SuppressWarnings("resource") // closed by the end of the process
    public boolean isTakenByThisProcess() throws IOException {
        var channel =
                FileChannel.open(
                        file(LOCK),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PRIVATE);
        taken = channel.tryLock();
        return taken != null;
    }

    /** Replaces a file in one step: readers and a crash see the old one or the new one, whole. */
    public void replace(String name, byte[] content) throws IOException {
        replace(name, content, true);
    }

    /** Like {@link #replace}, quickly: outlives the process, not the machine. */
    public void note(String name, byte[] content) throws IOException {
        replace(name, content, false);
    }

    private void replace(String name, byte[] content, boolean forced) throws IOException {
        var temporary = file(name + ".new");
        Files.deleteIfExists(temporary);
        try (var channel =
                FileChannel.open(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PRIVATE)) {
            for (var bytes = ByteBuffer.wrap(content); bytes.hasRemaining(); ) {
                channel.write(bytes);
            }
            if (forced) {
                channel.force(true);
            }
        }
        rename(name + ".new", name);
    }

    public void rename(String from, String to) throws IOException {
        Files.move(file(from), file(to), StandardCopyOption.ATOMIC_MOVE);
    }
}
