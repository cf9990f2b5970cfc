package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.driver.process.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Who has which address: a file for each, named by it, in which its owner's id is. */
final class Reservations {
    private static final int LAST_OCTET = 0xff;

    private final Path folder;

    Reservations(Path folder) {
        this.folder = folder;
    }

    /** The owner's address in this scope; the first free one of the block where it has none. */
    Ipv4 take(String scope, Ipv4Block block, UUID owner, Set<Ipv4> others) throws IOException {
        var present = of(scope, owner);
        if (present.isPresent()) {
            return present.get();
        }
        for (var next = block.first(); next.compareTo(block.last()) < 0; next = next.plus(1)) {
            if (isUsual(next) && !others.contains(next) && claim(scope, next, owner)) {
                return next;
            }
        }
        throw new IOException("No address is left in " + block);
    }

    /** That very address. False when somebody else has it. */
    boolean claim(String scope, Ipv4 address, UUID owner) throws IOException {
        var file = scope(scope).resolve(address.toString());
        Files.createDirectories(scope(scope));
        try {
            WholeFile.create(file, owner.toString().getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (FileAlreadyExistsException _) {
            return Files.readString(file).equals(owner.toString());
        }
    }

    Optional<Ipv4> of(String scope, UUID owner) throws IOException {
        for (var file : files(scope(scope))) {
            if (Files.readString(file).equals(owner.toString())) {
                return Ipv4.parse(file.getFileName().toString());
            }
        }
        return Optional.empty();
    }

    /** Everything that the owner has, in every scope. */
    void release(UUID owner) throws IOException {
        for (var scope : files(folder)) {
            for (var file : files(scope)) {
                if (Files.readString(file).equals(owner.toString())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Path scope(String name) {
        return folder.resolve(name);
    }

    /** Not the last usable one of a block, either: {@link Layout#nobody}. */
    private static boolean isUsual(Ipv4 address) {
        var octet = address.bits() & LAST_OCTET;
        return octet != 0 && octet < LAST_OCTET - 1;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(WholeFile.SUFFIX))
                    .sorted()
                    .toList();
        }
    }
}
