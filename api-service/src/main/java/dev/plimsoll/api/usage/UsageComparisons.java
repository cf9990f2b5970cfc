package dev.plimsoll.api.usage;

import dev.plimsoll.api.read.Conditions;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Holds what was metered against what happened, both as of one moment. */
@Repository
public class UsageComparisons {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Bills of two months may still be open; what was over before has been compared often. */
    private static final String RECENT =
            """
            (lb.deletion_requested_at IS NULL
             OR lb.deletion_requested_at > now() - interval '70 days')
            """;

    private final JdbcClient jdbc;

    UsageComparisons(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** All load balancers that the project has and had. */
    public Page<Comparison> ofProject(UUID projectId, int size, @Nullable String pageId) {
        var conditions = new Conditions().and("lb.project_id = :project", "project", projectId);
        var after = pageId == null ? null : Cursor.uuid(pageId);
        var found = page(conditions, after, size + 1);
        return Page.of(found, size, comparison -> Cursor.of(comparison.loadBalancerId()));
    }

    /** Load balancers of all projects, but those that are long gone. */
    List<Comparison> recent(@Nullable UUID after, int most) {
        return page(new Conditions().and(RECENT), after, most);
    }

    /** Of the revisions, only those that change the plan. */
    private List<Comparison> page(Conditions conditions, @Nullable UUID after, int most) {
        var which = conditions.and("lb.id > :after", "after", after);
        return jdbc.sql(
                        """
                        SELECT lb.id, lb.first_ready_at, lb.deletion_requested_at,
                            (SELECT json_agg(json_build_object('planId', r.plan_id, 'at', r.at)
                                 ORDER BY r.generation)
                             FROM (SELECT generation, created_at AS at,
                                       spec ->> 'planId' AS plan_id,
                                       lag(spec ->> 'planId') OVER (ORDER BY generation) AS before
                                   FROM load_balancer_revision
                                   WHERE load_balancer_id = lb.id) r
                             WHERE r.plan_id <> coalesce(r.before, ''))::text AS orders,
                            (SELECT json_agg(json_build_object(
                                    'planId', u.plan_id, 'from', u.starts_at, 'to', u.ends_at)
                                 ORDER BY u.starts_at, u.id)
                             FROM usage_interval u
                             WHERE u.project_id = lb.project_id AND u.load_balancer_id = lb.id
                               AND u.ends_at IS DISTINCT FROM u.starts_at)::text AS intervals
                        FROM load_balancer lb WHERE
                        """
                                + which.sql()
                                + " ORDER BY lb.id LIMIT :most")
                .params(which.parameters())
                .param("most", most)
                .query(UsageComparisons::comparison)
                .list();
    }

    private record Ordered(String planId, OffsetDateTime at) {}

    private static Comparison comparison(ResultSet row, int rowNumber) throws SQLException {
        var lifecycle =
                new Lifecycle(
                        Rows.instant(row, "first_ready_at"),
                        Rows.instant(row, "deletion_requested_at"),
                        orders(row.getString("orders")));
        return new Comparison(
                Rows.uuid(row, "id"),
                UsageReads.Metered.read(row.getString("intervals")),
                lifecycle.intervals());
    }

    private static List<Lifecycle.PlanOrder> orders(@Nullable String json) {
        return Stream.ofNullable(json)
                .flatMap(it -> Stream.of(JSON.readValue(it, Ordered[].class)))
                .map(it -> new Lifecycle.PlanOrder(it.planId(), it.at().toInstant()))
                .toList();
    }
}
