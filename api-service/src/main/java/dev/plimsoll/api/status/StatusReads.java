package dev.plimsoll.api.status;

import dev.plimsoll.api.ApiSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the provisioner and the agents have written about load balancers. */
@Repository
public class StatusReads {
    private final JdbcClient jdbc;
    private final Duration errorAfter;

    StatusReads(JdbcClient jdbc, ApiSettings settings) {
        this.jdbc = jdbc;
        this.errorAfter = settings.errorAfter();
    }

    /** The agents of some load balancers, in one query; in the order of their slots. */
    public Map<UUID, List<AgentView>> agents(Collection<UUID> loadBalancerIds) {
        return jdbc
                .sql(
                        """
                        SELECT m.load_balancer_id, m.id, m.slot, m.driver, m.state, s.agent_version, s.role, s.role_since, s.pid,
                               coalesce(s.connected, false) AS connected, s.admin_address,
                               s.applied_generation, s.applied_at
                        FROM machine m LEFT JOIN agent_status s ON s.machine_id = m.id
                        WHERE m.load_balancer_id = ANY (?) AND m.state <> 'DELETED'
                        ORDER BY m.slot, m.incarnation
                        """)
                .param(loadBalancerIds.toArray(UUID[]::new))
                .query(StatusReads::agent)
                .list()
                .stream()
                .collect(Collectors.groupingBy(AgentView::loadBalancerId));
    }

    /**
     * @param isReady then only what was tried in vain counts: most looks find nothing to do
     */
    public Optional<WaitingFor> waitingFor(UUID loadBalancerId, boolean isReady) {
        return jdbc.sql(
                        """
                        SELECT coalesce(w.waiting_for, 'a worker to take it up: ' || w.reason) AS what,
                               coalesce(w.waiting_since, w.enqueued_at) AS since, w.tries, w.not_before,
                               coalesce(c.since, greatest(w.enqueued_at, r.created_at, l.deletion_requested_at))
                                   AS unfinished_since
                        FROM work_item w
                        JOIN load_balancer l ON l.id = w.load_balancer_id
                        JOIN load_balancer_revision r ON r.load_balancer_id = l.id AND r.generation = l.generation
                        LEFT JOIN condition c ON c.load_balancer_id = l.id AND c.type = 'SERVING' AND c.status = 'FALSE'
                            AND l.deletion_requested_at IS NULL
                        WHERE w.load_balancer_id = :id AND (w.waiting_for IS NOT NULL OR NOT :isReady)
                        """)
                .param("id", loadBalancerId)
                .param("isReady", isReady)
                .query((row, _) ->
                        new WaitingFor(
                                row.getString("what"),
                                required(row, "since"),
                                row.getInt("tries"),
                                required(row, "not_before"),
                                required(row, "unfinished_since").plus(errorAfter)))
                .optional();
    }

    private static AgentView agent(ResultSet row, int rowNumber) throws SQLException {
        return new AgentView(
                row.getObject("load_balancer_id", UUID.class),
                row.getObject("id", UUID.class),
                row.getInt("slot"),
                row.getString("driver"),
                row.getString("state"),
                row.getString("agent_version"),
                row.getString("role"),
                instant(row, "role_since"),
                row.getObject("pid", Long.class),
                row.getBoolean("connected"),
                row.getString("admin_address"),
                row.getObject("applied_generation", Long.class),
                instant(row, "applied_at"));
    }

    private static Instant required(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
