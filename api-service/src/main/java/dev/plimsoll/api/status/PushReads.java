package dev.plimsoll.api.status;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What agents have said of their pushes. */
@Repository
public class PushReads {
    private final JdbcClient jdbc;

    PushReads(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Of a load balancer's machines. */
    public List<PushView> of(UUID projectId, UUID loadBalancerId) {
        return jdbc.sql(
                        """
                        SELECT p.machine_id, p.kind, p.url, p.last_success_at, p.last_failure_at, p.reason, p.http_status,
                               p.consecutive_failures, p.dropped, p.since
                        FROM push_status p JOIN machine m ON m.id = p.machine_id
                        WHERE m.project_id = :project AND p.load_balancer_id = :id AND m.state <> 'DELETED'
                        ORDER BY m.slot, m.incarnation, p.kind DESC
                        """)
                .param("project", projectId)
                .param("id", loadBalancerId)
                .query(PushReads::view)
                .list();
    }

    private static PushView view(ResultSet row, int rowNumber) throws SQLException {
        return new PushView(
                row.getObject("machine_id", UUID.class),
                PushView.Kind.valueOf(row.getString("kind")),
                row.getString("url"),
                instant(row, "last_success_at"),
                failure(row),
                row.getInt("consecutive_failures"),
                row.getLong("dropped"),
                Objects.requireNonNull(instant(row, "since")));
    }

    private static PushView.@Nullable Failure failure(ResultSet row) throws SQLException {
        var at = instant(row, "last_failure_at");
        return at == null
                ? null
                : new PushView.Failure(
                        at,
                        PushReason.of(row.getString("reason")),
                        row.getObject("http_status", Integer.class));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
