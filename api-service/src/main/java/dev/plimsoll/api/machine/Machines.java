package dev.plimsoll.api.machine;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Conditions;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The machines of all load balancers, with their agents, in one query however many they are. */
@Repository
public class Machines {
    private static final String SELECT =
            """
            SELECT m.id, m.project_id, lb.region_id, m.load_balancer_id, lb.name, m.slot,
                   m.incarnation, m.driver, m.state, m.state_since, m.created_at,
                   m.replace_reason, m.replace_requested_at, m.yield_reason, m.yield_requested_at,
                   m.drain_until, m.found_dead_at,
                   s.role, s.role_since, s.connected, s.connected_since, s.agent_version, s.pid,
                   s.admin_address, s.connection_limit, s.applied_generation, s.applied_at,
                   s.refused_code || ' ' || s.refused_path || ': ' || s.refused_detail AS refusal,
                   h.seen_at, h.active_connections,
                   (extract(epoch FROM clock_timestamp() - h.seen_at) * 1000)::bigint AS age_millis
            FROM machine m
            JOIN load_balancer lb ON lb.id = m.load_balancer_id
            LEFT JOIN agent_status s ON s.machine_id = m.id
            LEFT JOIN agent_heartbeat h ON h.machine_id = m.id
            WHERE
            """;

    private final JdbcClient jdbc;

    Machines(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * In the order of their ids.
     *
     * @param state null is any but DELETED
     */
    public Page<MachineView> list(
            @Nullable String state,
            @Nullable UUID loadBalancerId,
            int size,
            @Nullable String pageId) {
        var conditions =
                new Conditions()
                        .and("m.state = :state", "state", state)
                        .and("m.load_balancer_id = :lb", "lb", loadBalancerId)
                        .and("m.id > :after", "after", pageId == null ? null : Cursor.uuid(pageId));
        if (state == null) {
            conditions.and("m.state <> 'DELETED'");
        }
        var found =
                jdbc.sql(SELECT + conditions.sql() + " ORDER BY m.id LIMIT :most")
                        .params(conditions.parameters())
                        .param("most", size + 1)
                        .query(Machines::machine)
                        .list();
        return Page.of(found, size, machine -> Cursor.of(machine.id()));
    }

    public MachineView get(UUID id) {
        return jdbc.sql(SELECT + "m.id = :id")
                .param("id", id)
                .query(Machines::machine)
                .optional()
                .orElseThrow(() -> new DomainFailure.NotFound("machine not found"));
    }

    private static MachineView machine(ResultSet row, int rowNumber) throws SQLException {
        return new MachineView(
                Rows.uuid(row, "id"),
                Rows.uuid(row, "project_id"),
                row.getString("region_id"),
                Rows.uuid(row, "load_balancer_id"),
                row.getString("name"),
                row.getInt("slot"),
                row.getLong("incarnation"),
                row.getString("driver"),
                row.getString("state"),
                Rows.knownInstant(row, "state_since"),
                Rows.knownInstant(row, "created_at"),
                order(row, "replace_reason", "replace_requested_at"),
                order(row, "yield_reason", "yield_requested_at"),
                row.getString("state").equals("DRAINING") ? Rows.instant(row, "drain_until") : null,
                Rows.instant(row, "found_dead_at"),
                row.getString("role") == null ? null : agent(row));
    }

    private static MachineView.@Nullable Order order(ResultSet row, String reason, String since)
            throws SQLException {
        var why = row.getString(reason);
        return why == null ? null : new MachineView.Order(why, Rows.knownInstant(row, since));
    }

    private static MachineView.Agent agent(ResultSet row) throws SQLException {
        return new MachineView.Agent(
                row.getString("role"),
                Rows.knownInstant(row, "role_since"),
                row.getBoolean("connected"),
                Rows.knownInstant(row, "connected_since"),
                row.getString("agent_version"),
                row.getLong("pid"),
                row.getString("admin_address"),
                row.getInt("connection_limit"),
                row.getLong("applied_generation"),
                Rows.instant(row, "applied_at"),
                row.getString("refusal"),
                heartbeat(row));
    }

    private static MachineView.@Nullable Heartbeat heartbeat(ResultSet row) throws SQLException {
        var at = Rows.instant(row, "seen_at");
        return at == null
                ? null
                : new MachineView.Heartbeat(
                        at,
                        Duration.ofMillis(row.getLong("age_millis")),
                        row.getInt("active_connections"));
    }
}
