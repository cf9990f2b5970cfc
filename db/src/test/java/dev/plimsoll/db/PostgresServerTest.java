package dev.plimsoll.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresServerTest {
    @TempDir Path directory;

    @AfterEach
    void stop() throws Exception {
        PostgresServer.stopIfRunning(directory, programs());
    }

    @Test
    void commitsAreForcedToDisk() throws Exception {
        var server = PostgresServer.startOrAdopt(directory, programs());

        assertThat(value(server, "SHOW fsync")).isEqualTo("on");
        assertThat(value(server, "SHOW synchronous_commit")).isEqualTo("on");
    }

    @Test
    void aRunningServerIsAdoptedAndAStoppedOneKeepsItsData() throws Exception {
        var first = PostgresServer.startOrAdopt(directory, programs());
        first.createDatabase(PostgresServer.NAME);
        value(first, "CREATE TABLE kept AS SELECT 42 AS answer");

        var second = PostgresServer.startOrAdopt(directory, programs());
        assertThat(second.wasAdopted()).isTrue();
        assertThat(second.port()).isEqualTo(first.port());

        assertThat(PostgresServer.stopIfRunning(directory, programs())).isTrue();
        assertThat(PostgresServer.stopIfRunning(directory, programs())).isFalse();
        var third = PostgresServer.startOrAdopt(directory, programs());
        assertThat(third.wasAdopted()).isFalse();
        assertThat(value(third, "SELECT answer FROM kept")).isEqualTo("42");
    }

    @Test
    void aWrongPasswordIsRefusedAndTheRightOneIsPrivate() throws Exception {
        var server = PostgresServer.startOrAdopt(directory, programs());
        var stranger = new PGSimpleDataSource();
        stranger.setUrl(server.jdbcUrl("postgres"));
        stranger.setUser(server.user());
        stranger.setPassword("guess");

        assertThatThrownBy(stranger::getConnection)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThat(Files.getPosixFilePermissions(directory.resolve("password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    private Path programs() {
        return directory.resolve("programs");
    }

    private static String value(PostgresServer server, String sql) throws SQLException {
        try (var connection = server.dataSource("postgres").getConnection();
                var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            var rows = statement.getResultSet();
            rows.next();
            return rows.getString(1);
        }
    }
}
