package dev.plimsoll.api.usage;

import dev.plimsoll.api.read.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code usage_interval}, which the database writes by itself. */
@Repository
class UsageReads {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    UsageReads(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Intervals as they come from the database. */
    record Metered(String planId, OffsetDateTime from, @Nullable OffsetDateTime to) {
        static List<Interval> read(@Nullable String json) {
            return json == null
                    ? List.of()
                    : List.of(JSON.readValue(json, Metered[].class)).stream()
                            .map(Metered::interval)
                            .toList();
        }

        private Interval interval() {
            return new Interval(planId, from.toInstant(), to == null ? null : to.toInstant());
        }
    }

    /** By the clock of the database, which also meters. */
    Instant now() {
        return jdbc.sql("SELECT date_trunc('second', now(), 'UTC')")
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    /**
     * Load balancers that were in use within the span, with their intervals since the month of its
     * beginning, in the order in which they were made.
     */
    List<UsedLoadBalancer> page(
            UUID projectId, String region, Span span, @Nullable UUID after, int most) {
        var reckonedFrom = Span.of(Span.month(span.from())).from();
        return jdbc.sql(
                        """
                        SELECT lb.id, lb.region_id, lb.name, lb.created_at,
                            lb.deletion_requested_at,
                            (SELECT r.spec ->> 'labels' FROM load_balancer_revision r
                             WHERE r.load_balancer_id = lb.id AND r.created_at < :to
                             ORDER BY r.generation DESC LIMIT 1) AS labels,
                            (SELECT json_agg(json_build_object(
                                    'planId', u.plan_id, 'from', u.starts_at, 'to', u.ends_at)
                                 ORDER BY u.starts_at, u.id)
                             FROM usage_interval u
                             WHERE u.project_id = :project AND u.load_balancer_id = lb.id
                               AND u.starts_at < :to
                               AND (u.ends_at IS NULL OR u.ends_at > :reckonedFrom))::text
                                AS intervals
                        FROM load_balancer lb
                        WHERE lb.project_id = :project AND lb.region_id = :region
                          AND (:after::uuid IS NULL OR lb.id > :after)
                          AND EXISTS (
                            SELECT 1 FROM usage_interval u
                            WHERE u.project_id = :project AND u.load_balancer_id = lb.id
                              AND u.starts_at < :to
                              AND (u.ends_at IS NULL OR u.ends_at > greatest(u.starts_at, :from)))
                        ORDER BY lb.id LIMIT :most
                        """)
                .param("project", projectId)
                .param("region", region)
                .param("from", Rows.parameter(span.from()))
                .param("to", Rows.parameter(span.to()))
                .param("reckonedFrom", Rows.parameter(reckonedFrom))
                .param("after", after)
                .param("most", most)
                .query(UsageReads::loadBalancer)
                .list();
    }

    /** Where the project has, or had, load balancers. */
    List<String> regions(UUID projectId) {
        return jdbc.sql(
                        """
                        SELECT DISTINCT region_id FROM load_balancer WHERE project_id = :project
                        ORDER BY region_id
                        """)
                .param("project", projectId)
                .query((row, _) -> row.getString("region_id"))
                .list();
    }

    String projectName(UUID projectId) {
        return jdbc.sql("SELECT name FROM project WHERE id = :project")
                .param("project", projectId)
                .query(String.class)
                .single();
    }

    private static UsedLoadBalancer loadBalancer(ResultSet row, int rowNumber) throws SQLException {
        var labels = row.getString("labels");
        return new UsedLoadBalancer(
                Rows.uuid(row, "id"),
                row.getString("region_id"),
                row.getString("name"),
                Rows.knownInstant(row, "created_at"),
                Rows.instant(row, "deletion_requested_at"),
                labels == null ? Map.of() : JSON.readValue(labels, LABELS),
                Metered.read(row.getString("intervals")));
    }
}
