package dev.plimsoll.provisioner.driver.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that are there as a whole or not at all, also after a power cut; for their owner alone. */
public final class WholeFile {
    /** Of what is not finished. */
    public static final String SUFFIX = ".new";

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private WholeFile() {}

    /** Replaces what is there. For one writer of a file at a time. */
    public static void write(Path file, byte[] content) throws IOException {
        var unfinished = unfinished(file, content);
        Files.move(
                unfinished,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    public static void create(Path file, byte[] content) throws IOException {
        var unfinished = unfinished(file, content);
        try {
            Files.createLink(file, unfinished);
        } finally {
            Files.delete(unfinished);
        }
    }

    private static Path unfinished(Path file, byte[] content) throws IOException {
        var unfinished = file.resolveSibling(file.getFileName() + SUFFIX);
        Files.deleteIfExists(unfinished);
        try (var channel =
                FileChannel.open(
                        unfinished,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PRIVATE)) {
            for (var bytes = ByteBuffer.wrap(content); bytes.hasRemaining(); ) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return unfinished;
    }
}
