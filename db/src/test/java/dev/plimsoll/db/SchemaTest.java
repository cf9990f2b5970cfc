package dev.plimsoll.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the schema promises to both services, whatever their code does. */
class SchemaTest {
    private static final String LB = "'00000000-0000-7000-8000-000000000001'";
    private static final String PROJECT = "'00000000-0000-7000-8000-0000000000aa'";

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();

    @BeforeEach
    void aLoadBalancerExists() throws SQLException {
        execute("INSERT INTO project (id, name) VALUES (" + PROJECT + ", 'p')");
        execute(
                "INSERT INTO load_balancer (id, project_id, region_id, name, generation) VALUES ("
                        + LB
                        + ", "
                        + PROJECT
                        + ", 'eu01', 'web', 1)");
    }

    @Test
    void migratingTwiceChangesNothing() throws SQLException {
        var before = value("SELECT count(*) FROM flyway_schema_history");

        Migrations.migrate(database.dataSource());

        assertThat(value("SELECT count(*) FROM flyway_schema_history")).isEqualTo(before);
    }

    @Test
    void aNameIsFreeAgainOnceItsLoadBalancerIsRemoved() throws SQLException {
        var sameName =
                "INSERT INTO load_balancer (project_id, region_id, name, generation) VALUES ("
                        + PROJECT
                        + ", 'eu01', 'web', 1)";
        assertThatThrownBy(() -> execute(sameName)).hasMessageContaining("load_balancer_name");

        execute(
                "UPDATE load_balancer SET deletion_requested_at = now(), deletion_author = 'a',"
                        + " removed_at = now()");

        execute(sameName);
        assertThat(value("SELECT count(*) FROM load_balancer")).isEqualTo("2");
    }

    @Test
    void revisionsAreNeverChangedOrDeleted() throws SQLException {
        execute(
                "INSERT INTO load_balancer_revision"
                        + " (load_balancer_id, generation, spec, author, request_id, reason)"
                        + " VALUES ("
                        + LB
                        + ", 1, '{}', 'a', 'r', 'CREATE')");

        assertThatThrownBy(() -> execute("UPDATE load_balancer_revision SET author = 'b'"))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> execute("DELETE FROM load_balancer_revision"))
                .hasMessageContaining("append-only");
    }

    @Test
    void reasonsToLookCoalesceIntoOneWorkItem() throws SQLException {
        execute("SELECT enqueue_work(" + LB + ", 'SPEC')");
        execute("UPDATE work_item SET attempt = 7, not_before = now() + interval '1 hour'");

        execute("SELECT enqueue_work(" + LB + ", 'AGENT')");

        assertThat(value("SELECT count(*) FROM work_item")).isEqualTo("1");
        assertThat(
                        value(
                                "SELECT change || ' ' || reason || ' ' || attempt || ' ' ||"
                                        + " (not_before <= clock_timestamp()) FROM work_item"))
                .isEqualTo("2 AGENT 0 true");
    }

    @Test
    void aRemovedLoadBalancerGetsNoWork() throws SQLException {
        execute(
                "UPDATE load_balancer SET deletion_requested_at = now(), deletion_author = 'a',"
                        + " removed_at = now()");

        execute("SELECT enqueue_work(" + LB + ", 'SPEC')");

        assertThat(value("SELECT count(*) FROM work_item")).isEqualTo("0");
    }

    @Test
    void aSlotHoldsOneLivingMachine() throws SQLException {
        execute(machine(1, "ACTIVE"));

        assertThatThrownBy(() -> execute(machine(2, "INTENT")))
                .hasMessageContaining("machine_slot");
        execute("UPDATE machine SET state = 'DELETED'");
        execute(machine(2, "INTENT"));
    }

    @Test
    void anOrderIsInfeasibleOnlyForReasonsThatTheApiKnows() throws SQLException {
        execute(infeasible("TYPE_IP_EXHAUSTED"));

        assertThatThrownBy(() -> execute(infeasible("BAD_LUCK")))
                .hasMessageContaining("infeasible_for_a_reason_that_the_api_knows");
    }

    private static String infeasible(String reason) {
        return "INSERT INTO condition VALUES ("
                + LB
                + ", 'FEASIBLE', 'FALSE', '"
                + reason
                + "', 'why', 1, now()) ON CONFLICT (load_balancer_id, type) DO UPDATE SET reason ="
                + " excluded.reason";
    }

    private static String machine(int incarnation, String state) {
        return "INSERT INTO machine"
                + " (id, project_id, load_balancer_id, slot, incarnation, driver, state)"
                + " VALUES (uuidv7(), "
                + PROJECT
                + ", "
                + LB
                + ", 0, "
                + incarnation
                + ", 'local', '"
                + state
                + "')";
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String value(String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
