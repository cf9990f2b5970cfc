package dev.plimsoll.api.health;

import dev.plimsoll.api.health.HealthReport.State;
import dev.plimsoll.api.read.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Verdicts as agents have told them. */
@Repository
class HealthReads {
    private final JdbcClient jdbc;

    HealthReads(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In the order of pools and addresses, for targets that are in no pool any more. */
    List<Verdict> verdicts(UUID projectId, UUID loadBalancerId) {
        return jdbc.sql(
                        """
                        SELECT h.machine_id, h.target_pool, host(h.ip) AS ip, h.port, h.state, h.reason, h.since,
                               h.probe_phase, h.probe_http_status
                        FROM target_health h JOIN machine m ON m.id = h.machine_id
                        WHERE m.project_id = :project AND h.load_balancer_id = :id
                          AND m.state NOT IN ('DRAINING', 'DELETED')
                        ORDER BY h.target_pool, h.ip, h.port
                        """)
                .param("project", projectId)
                .param("id", loadBalancerId)
                .query(HealthReads::verdict)
                .list();
    }

    private static Verdict verdict(ResultSet row, int rowNumber) throws SQLException {
        return new Verdict(
                Rows.uuid(row, "machine_id"),
                Place.of(row.getString("target_pool"), row.getString("ip"), row.getInt("port")),
                State.valueOf(row.getString("state")),
                HealthReason.of(row.getString("reason")),
                Rows.knownInstant(row, "since"),
                phase(row.getString("probe_phase")),
                row.getObject("probe_http_status", Integer.class));
    }

    static HealthReason.@Nullable Phase phase(@Nullable String name) {
        return name == null ? null : HealthReason.Phase.valueOf(name);
    }

    /** Targets of which connected agents say that they are healthy and that they are not. */
    List<Difference> differences(UUID projectId, UUID loadBalancerId) {
        return jdbc.sql(
                        """
                        SELECT a.target_pool, host(a.ip) AS ip, a.port, greatest(a.since, b.since) AS since,
                               a.machine_id AS healthy_by, b.machine_id AS unhealthy_by, b.reason
                        FROM target_health a
                        JOIN target_health b USING (load_balancer_id, target_pool, ip, port)
                        JOIN machine m ON m.id = a.machine_id AND m.state NOT IN ('DRAINING', 'DELETED')
                        JOIN machine n ON n.id = b.machine_id AND n.state NOT IN ('DRAINING', 'DELETED')
                        JOIN agent_status s ON s.machine_id = a.machine_id AND s.connected
                        JOIN agent_status t ON t.machine_id = b.machine_id AND t.connected
                        WHERE m.project_id = :project AND a.load_balancer_id = :id
                          AND a.state = 'HEALTHY' AND b.state = 'UNHEALTHY'
                        ORDER BY since
                        """)
                .param("project", projectId)
                .param("id", loadBalancerId)
                .query((row, _) ->
                        new Difference(
                                Place.of(
                                        row.getString("target_pool"),
                                        row.getString("ip"),
                                        row.getInt("port")),
                                Rows.knownInstant(row, "since"),
                                Rows.uuid(row, "healthy_by"),
                                Rows.uuid(row, "unhealthy_by"),
                                HealthReason.of(row.getString("reason"))))
                .list();
    }

    /** When an agent last changed its mind about anything. */
    Optional<Instant> lastChange(UUID projectId, UUID loadBalancerId) {
        return jdbc.sql(
                        """
                        SELECT max(h.since) AS since
                        FROM target_health h JOIN machine m ON m.id = h.machine_id
                        WHERE m.project_id = :project AND h.load_balancer_id = :id
                          AND m.state NOT IN ('DRAINING', 'DELETED')
                        """)
                .param("project", projectId)
                .param("id", loadBalancerId)
                .query((row, _) -> Optional.ofNullable(Rows.instant(row, "since")))
                .single();
    }
}
