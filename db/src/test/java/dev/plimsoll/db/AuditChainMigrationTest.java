package dev.plimsoll.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Entries of the audit that were there before there were chains. */
class AuditChainMigrationTest {
    private static final String LAST_WITHOUT_CHAINS = "202611211451";
    private static final String PROJECT = "00000000-0000-7000-8000-0000000000aa";
    private static final String INSTALLATION = "00000000-0000-0000-0000-000000000000";

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();

    @Test
    void areChainedInTheOrderOfTheirIds() throws SQLException {
        execute("DROP SCHEMA public CASCADE");
        execute("CREATE SCHEMA public");
        migrateTo(LAST_WITHOUT_CHAINS);
        execute("INSERT INTO project (id, name) VALUES ('" + PROJECT + "', 'p')");
        execute(entry("'" + PROJECT + "'"));
        execute(entry("NULL"));
        execute(entry("'" + PROJECT + "'"));

        Migrations.migrate(database.dataSource());
        execute(entry("'" + PROJECT + "'"));

        assertThat(links())
                .containsExactly(
                        INSTALLATION + " 1 2",
                        PROJECT + " 1 1",
                        PROJECT + " 2 3",
                        PROJECT + " 3 4");
        assertThat(heads()).containsExactly(INSTALLATION + " 1 t", PROJECT + " 3 t");
    }

    @Test
    void linksAreNeverChangedOrDeleted() throws SQLException {
        execute(entry("NULL"));
        assertThatThrownBy(() -> execute("UPDATE audit_link SET position = 2"))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> execute("DELETE FROM audit_link"))
                .hasMessageContaining("append-only");
    }

    @Test
    void canonicalFormTellsFieldsApart() throws SQLException {
        execute(
                """
                INSERT INTO audit_entry (at, author, request_id, action, resource, details)
                VALUES ('2026-03-01T12:00:00.1Z', 'ä:1', 'r', 'plan.set', '', '{"b": 1, "a": null}')
                """);
        assertThat(rows("SELECT convert_from(audit_canonical_form(e), 'UTF8') FROM audit_entry e"))
                .containsExactly(
                        "1:1,27:2026-03-01T12:00:00.100000Z,-,4:ä:1,-,1:r,8:plan.set,0:,19:{\"a\":"
                                + " null, \"b\": 1}");
    }

    private void migrateTo(String version) {
        Flyway.configure()
                .dataSource(database.dataSource())
                .locations("classpath:db/migration")
                .target(version)
                .load()
                .migrate();
    }

    private static String entry(String project) {
        return "INSERT INTO audit_entry (project_id, author, request_id, action, resource)"
                + " VALUES (%s, 'a', 'r', 'thing.put', 'x')".formatted(project);
    }

    private List<String> links() throws SQLException {
        return rows(
                """
                SELECT audit_chain_id || ' ' || position || ' ' || audit_entry_id FROM audit_link
                ORDER BY audit_chain_id, position
                """);
    }

    /** Whether the head is the hash of the last link. */
    private List<String> heads() throws SQLException {
        return rows(
                """
                SELECT c.id || ' ' || c.position || ' ' || left((c.sha256 = l.sha256)::text, 1)
                FROM audit_chain c
                JOIN audit_link l ON l.audit_chain_id = c.id AND l.position = c.position
                ORDER BY c.id
                """);
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> rows(String sql) throws SQLException {
        var found = new ArrayList<String>();
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
