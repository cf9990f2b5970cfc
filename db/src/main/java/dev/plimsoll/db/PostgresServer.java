package dev.plimsoll.db;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL server on loopback that keeps its data in a folder and outlives the process that
 * started it, so that whoever comes next adopts it. Passwords (SCRAM) are required; the superuser's
 * lies beside the data, readable by the owner alone.
 */
public final class PostgresServer {
    /** The durable database's and its owner's name. */
    public static final String NAME = "plimsoll";

    private static final String OWNER = "plimsoll";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int START_TRIES = 3;

    private final Programs programs;
    private final Path data;
    private final String password;
    private final int port;
    private final boolean adopted;

    private PostgresServer(
            Programs programs, Path data, String password, int port, boolean adopted) {
        this.programs = programs;
        this.data = data;
        this.password = password;
        this.port = port;
        this.adopted = adopted;
    }

    /**
     * Starts the server of {@code directory}, or adopts it where it runs; makes it first where
     * there is none. Every commit is on disk when it returns (fsync and synchronous_commit on).
     *
     * @param programs where PostgreSQL's programs are, or else are unpacked to
     */
    public static PostgresServer startOrAdopt(Path directory, Path programs) throws IOException {
        return start(directory, programs, List.of());
    }

    /**
     * Like {@link #startOrAdopt}, with settings ({@code max_connections=20}) for this run. For
     * tests.
     */
    public static PostgresServer start(Path directory, Path programsCache, List<String> settings)
            throws IOException {
        var programs = new Programs(PostgresBinaries.unpackedBelow(programsCache));
        var data = directory.resolve("data");
        var passwordFile = directory.resolve("password");
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialise(programs, directory, data, passwordFile);
        }
        var password = Files.readString(passwordFile);
        var running = runningPort(programs, data);
        var server =
                running.isPresent()
                        ? new PostgresServer(programs, data, password, running.getAsInt(), true)
                        : startAnew(programs, directory, data, password, settings);
        return server;
    }

    private static PostgresServer startAnew(
            Programs programs, Path directory, Path data, String password, List<String> settings)
            throws IOException {
        for (int attempt = 1; ; attempt++) {
            var port = freePort();
            try {
                programs.run(
                        START_LIMIT,
                        "pg_ctl",
                        "--pgdata=" + data,
                        "--log=" + directory.resolve("start.log"),
                        "--options=" + options(port, settings),
                        "--timeout=" + START_LIMIT.toSeconds(),
                        "--wait",
                        "start");
                return new PostgresServer(programs, data, password, port, false);
            } catch (IOException taken) {
                if (attempt == START_TRIES) {
                    throw new IOException(
                            "PostgreSQL did not start; its last words are in "
                                    + directory.resolve("start.log"),
                            taken);
                }
            }
        }
    }

    private static String options(int port, List<String> settings) {
        var options = new ArrayList<String>();
        options.add("-p " + port);
        for (var setting : settings) {
            options.add("-c " + setting);
        }
        return String.join(" ", options);
    }

    private static void initialise(Programs programs, Path directory, Path data, Path passwordFile)
            throws IOException {
        Files.createDirectories(directory);
        var password = randomPassword();
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, password);
        // Made aside and renamed: a half-made folder is never taken for a database.
        var making = directory.resolve("data.making");
        Folders.delete(making);
        programs.run(
                START_LIMIT,
                "initdb",
                "--pgdata=" + making,
                "--username=" + OWNER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--data-checksums");
        Files.writeString(
                making.resolve("postgresql.conf"),
                """

                # Plimsoll
                listen_addresses = '127.0.0.1'
                unix_socket_directories = ''
                max_connections = 120
                shared_buffers = 64MB
                logging_collector = on
                log_directory = 'log'
                log_filename = 'postgresql-%u.log'
                log_rotation_age = 1d
                log_truncate_on_rotation = on
                log_min_messages = fatal
                timezone = 'UTC'
                """,
                StandardOpenOption.APPEND);
        Files.move(making, data);
    }

    /**
     * A server of its own in {@code directory} that follows this one, record by record (streaming
     * replication), until it is {@linkplain #promote promoted}. For tests.
     */
    public PostgresServer follower(Path directory) throws IOException {
        var copy = directory.resolve("data");
        try (var connection = dataSource("postgres").getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_create_physical_replication_slot('follower', true)");
            statement.execute("SELECT pg_backup_start('follower', true)");
            Folders.copy(data, copy, Set.of("postmaster.pid", "postmaster.opts", "pg_replslot"));
            try (var label =
                    statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(copy.resolve("backup_label"), label.getString(1));
            }
        } catch (java.sql.SQLException e) {
            throw new IOException("Cannot copy the server of " + data, e);
        }
        Files.createDirectories(copy.resolve("pg_replslot"));
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'%n"
                                .formatted(port, OWNER, password)
                        + "primary_slot_name = 'follower'\n",
                StandardOpenOption.APPEND);
        return startAnew(programs, directory, copy, password, List.of());
    }

    /** Makes a follower the primary, and waits until it takes writes. */
    public void promote() throws IOException {
        programs.run(
                START_LIMIT,
                "pg_ctl",
                "--pgdata=" + data,
                "--timeout=" + START_LIMIT.toSeconds(),
                "--wait",
                "promote");
    }

    /** The port of the server that runs on {@code data}, if one does. */
    private static OptionalInt runningPort(Programs programs, Path data) throws IOException {
        var pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile) || !programs.succeeds("pg_ctl", "--pgdata=" + data, "status")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(Files.readAllLines(pidFile).get(3).strip()));
    }

    /** Whether a server runs on {@code directory} now, and then stops it; false where none runs. */
    public static boolean stopIfRunning(Path directory, Path programsCache) throws IOException {
        var data = directory.resolve("data");
        if (!Files.exists(data.resolve("postmaster.pid"))) {
            return false;
        }
        var programs = new Programs(PostgresBinaries.unpackedBelow(programsCache));
        if (runningPort(programs, data).isEmpty()) {
            return false;
        }
        stop(programs, data, "fast");
        return true;
    }

    /** Ends open transactions and stops; data stays. */
    public void stop() throws IOException {
        stop(programs, data, "fast");
    }

    /** As if its machine had lost power. */
    public void stopAtOnce() throws IOException {
        stop(programs, data, "immediate");
    }

    private static void stop(Programs programs, Path data, String mode) throws IOException {
        programs.run(
                STOP_LIMIT,
                "pg_ctl",
                "--pgdata=" + data,
                "--mode=" + mode,
                "--timeout=" + STOP_LIMIT.toSeconds(),
                "--wait",
                "stop");
    }

    /** Whether the server already ran. */
    public boolean wasAdopted() {
        return adopted;
    }

    public int port() {
        return port;
    }

    public String user() {
        return OWNER;
    }

    public String password() {
        return password;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** Connections as the owner, not pooled. */
    public DataSource dataSource(String database) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl(database));
        dataSource.setUser(OWNER);
        dataSource.setPassword(password);
        return dataSource;
    }

    /** Makes {@code database} unless it exists. */
    public void createDatabase(String database) throws IOException {
        try (var connection = dataSource("postgres").getConnection();
                var exists =
                        connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?");
                var create = connection.createStatement()) {
            exists.setString(1, database);
            if (!exists.executeQuery().next()) {
                create.execute("CREATE DATABASE " + create.enquoteIdentifier(database, true));
            }
        } catch (java.sql.SQLException e) {
            throw new IOException("Cannot create database " + database, e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String randomPassword() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Runs PostgreSQL's programs; as root inside a user namespace, since they refuse to be root.
     */
    private record Programs(PostgresBinaries binaries) {

        private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

        void run(Duration limit, String program, String... arguments) throws IOException {
            var output = Files.createTempFile("plimsoll-" + program, ".log");
            try {
                var exit = exitCode(limit.plusSeconds(5), output, program, arguments);
                if (exit != 0) {
                    throw new IOException(
                            program + " ended with " + exit + ": " + Files.readString(output));
                }
            } finally {
                Files.deleteIfExists(output);
            }
        }

        boolean succeeds(String program, String... arguments) throws IOException {
            var output = Files.createTempFile("plimsoll-" + program, ".log");
            try {
                return exitCode(START_LIMIT, output, program, arguments) == 0;
            } finally {
                Files.deleteIfExists(output);
            }
        }

        private int exitCode(Duration limit, Path output, String program, String... arguments)
                throws IOException {
            var command = new ArrayList<String>();
            if (ROOT) {
                command.addAll(List.of("unshare", "--user"));
            }
            command.add(binaries.program(program).toString());
            command.addAll(List.of(arguments));
            var builder = new ProcessBuilder(command);
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.redirectErrorStream(true).redirectOutput(output.toFile());
            var process = builder.start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IOException(program + " did not end within " + limit);
                }
                return process.exitValue();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IOException(program + " was interrupted", e);
            }
        }
    }
}
