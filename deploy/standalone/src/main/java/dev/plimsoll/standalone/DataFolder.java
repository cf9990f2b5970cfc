package dev.plimsoll.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Where one installation keeps everything. Private to its owner. */
record DataFolder(Path path) {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(tools.jackson.databind.SerializationFeature.INDENT_OUTPUT)
                    .build();
    private static final String DRIVER = "driver";
    private static final String SECRET_KEY = "secret.key";
    private static final int SECRET_KEY_BYTES = 32;
    private static final long MIN_FREE_BYTES = 256L << 20;
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    static DataFolder at(Path path) {
        return new DataFolder(path);
    }

    /** Makes the folder where there is none, and refuses to start on a full disk. */
    void prepare() throws IOException {
        if (!Files.isDirectory(path)) {
            var parent = path.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(path, PRIVATE_FOLDER);
        }
        var free = Files.getFileStore(path).getUsableSpace();
        if (free < MIN_FREE_BYTES) {
            throw new CommandFailed(
                    "the disk of %s is full: %d MiB free, %d MiB needed"
                            .formatted(path, free >> 20, MIN_FREE_BYTES >> 20));
        }
    }

    Path postgres() {
        return path.resolve("postgres");
    }

    /**
     * PostgreSQL's programs: beside our own, so that they are unpacked once, unless our own folder
     * is not ours to write.
     */
    Path postgresPrograms() throws IOException {
        var beside = Installed.folder().resolve("postgresql");
        return Files.isDirectory(beside) || Files.isWritable(Installed.folder())
                ? beside
                : postgres().resolve("programs");
    }

    Path machines() {
        return path.resolve("machines");
    }

    Path simulatedMachines() {
        return path.resolve("simulated");
    }

    Path secretKey() {
        return path.resolve(SECRET_KEY);
    }

    /**
     * For a new installation; a key that is there stays. To an old one it would be of no use: what
     * its database has was sealed with the key that is gone.
     */
    void makeSecretKey() throws IOException {
        if (!Files.exists(secretKey())) {
            var key = new byte[SECRET_KEY_BYTES];
            new SecureRandom().nextBytes(key);
            writeText(SECRET_KEY, Base64.getEncoder().encodeToString(key));
        }
    }

    /** Held locked by the running standalone. */
    Path lock() {
        return path.resolve("standalone.lock");
    }

    /** One line per step of a start, for whoever waits for it. */
    Path progress() {
        return path.resolve("progress");
    }

    Path demoTargets() {
        return path.resolve("demo-targets.json");
    }

    Optional<Credentials> credentials() throws IOException {
        return read("credentials.json", Credentials.class);
    }

    void save(Credentials credentials) throws IOException {
        write("credentials.json", credentials);
    }

    /** What its machines are; a folder from before there was a choice says nothing. */
    Driver driver() throws IOException {
        var file = path.resolve(DRIVER);
        return Files.exists(file) ? Driver.of(Files.readString(file).strip()) : Driver.LOCAL;
    }

    /**
     * The driver that this installation was set up with; the one that is asked for where it is new.
     */
    Driver settle(Optional<Driver> asked) throws IOException {
        var isNew = !Files.exists(path.resolve(DRIVER)) && running().isEmpty();
        if (isNew) {
            writeText(DRIVER, asked.orElse(Driver.LOCAL).word() + "\n");
        }
        var present = driver();
        if (asked.isPresent() && asked.get() != present) {
            throw new CommandFailed(
                    "the data in %s belong to the driver %s, and what runs on one driver cannot move to another: leave out --driver, or choose another folder with --data"
                            .formatted(path, present.word()));
        }
        return present;
    }

    /** How the present, or else the last, standalone can be reached. */
    Optional<Running> running() throws IOException {
        return read("standalone.json", Running.class);
    }

    void save(Running running) throws IOException {
        write("standalone.json", running);
    }

    <T> Optional<T> read(String name, Class<T> type) throws IOException {
        return read(path.resolve(name), type);
    }

    static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        @Nullable T value = JSON.readValue(Files.readString(file), type);
        return Optional.ofNullable(value);
    }

    /** Whole or not at all, and never readable by others. */
    void write(String name, Object value) throws IOException {
        writeText(name, toJson(value) + "\n");
    }

    /** Likewise. */
    void writeText(String name, String text) throws IOException {
        var aside = Files.createTempFile(path, name, ".tmp", PRIVATE_FILE);
        Files.writeString(aside, text);
        Files.move(
                aside,
                path.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    static String toJson(Object value) {
        return JSON.writeValueAsString(value);
    }
}
