package dev.plimsoll.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A migrated database on a throw-away PostgreSQL, for tests. One server serves all tests of a JVM;
 * it is stopped and its folder deleted when the JVM ends. Commits are not forced to disk.
 */
public final class EmbeddedDatabase {
    private static final String TEMPLATE = "plimsoll_template";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final PostgresServer server;
    private final String name;

    private EmbeddedDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    /** A database of its own for the caller, migrated and otherwise empty. */
    public static EmbeddedDatabase temporary() {
        var server = Shared.SERVER;
        var name = "test_" + COUNT.incrementAndGet();
        try (var connection = server.dataSource("postgres").getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException("Cannot create database " + name, e);
        }
        return new EmbeddedDatabase(server, name);
    }

    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    /** Connections that are not pooled. */
    public DataSource dataSource() {
        return server.dataSource(name);
    }

    /** Started by the first test that asks. */
    private static final class Shared {
        static final PostgresServer SERVER = start();

        private static PostgresServer start() {
            try {
                var folder = Files.createTempDirectory("plimsoll-test-postgres");
                var server =
                        PostgresServer.start(
                                folder,
                                Path.of(System.getProperty("java.io.tmpdir"), programsFolder()),
                                List.of(
                                        "fsync=off",
                                        "synchronous_commit=off",
                                        "full_page_writes=off"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(server, folder)));
                server.createDatabase(TEMPLATE);
                Migrations.migrate(server.dataSource(TEMPLATE));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String programsFolder() {
            return "plimsoll-postgres-" + System.getProperty("user.name");
        }

        private static void remove(PostgresServer server, Path folder) {
            try {
                server.stopAtOnce();
                Folders.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
