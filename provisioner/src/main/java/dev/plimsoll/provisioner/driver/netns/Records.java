package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.driver.process.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Records of one kind, a file each, named by their ids. Whole or not there. */
final class Records<T> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final Class<T> type;

    Records(Path folder, Class<T> type) {
        this.folder = folder;
        this.type = type;
    }

    Optional<T> get(UUID id) throws IOException {
        return read(file(id));
    }

    List<T> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        var found = new ArrayList<T>();
        try (var files = Files.list(folder)) {
            for (var file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
                read(file).ifPresent(found::add);
            }
        }
        return found;
    }

    void put(UUID id, T value) throws IOException {
        Files.createDirectories(folder);
        WholeFile.write(file(id), JSON.writeValueAsBytes(value));
    }

    void delete(UUID id) throws IOException {
        Files.deleteIfExists(file(id));
    }

    private Path file(UUID id) {
        return folder.resolve(id + SUFFIX);
    }

    private Optional<T> read(Path file) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), type));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new IOException("Cannot read " + file + ": " + e.getOriginalMessage(), e);
        }
    }
}
