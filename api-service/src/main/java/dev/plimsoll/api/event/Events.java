package dev.plimsoll.api.event;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Conditions;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code event}, which others write. */
@Repository
public class Events {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> DETAILS = new TypeReference<>() {};
    private static final String SELECT =
            """
            SELECT e.id, e.at, lb.region_id, lb.name, e.type, e.message, e.details::text AS details
            FROM event e JOIN load_balancer lb ON lb.id = e.load_balancer_id WHERE
            """;

    private final JdbcClient jdbc;

    Events(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest first. */
    public Page<Event> list(
            EventScope scope,
            @Nullable String type,
            @Nullable Instant since,
            int size,
            @Nullable String pageId) {
        var conditions =
                scope.conditions()
                        .and("e.type = :type", "type", type)
                        .and("e.at >= :since", "since", Rows.parameter(since))
                        .and(
                                "e.id < :before",
                                "before",
                                pageId == null ? null : Cursor.number(pageId));
        var found = find(conditions, " ORDER BY e.id DESC", size + 1);
        if (found.isEmpty()) {
            requireExistence(scope);
        }
        return Page.of(found, size, event -> Long.toString(event.id()));
    }

    /** In the order of their ids. */
    List<Event> between(EventScope scope, long after, long upTo, int most) {
        var conditions =
                scope.conditions()
                        .and("e.id > :after", "after", after)
                        .and("e.id <= :upTo", "upTo", upTo);
        return find(conditions, " ORDER BY e.id", most);
    }

    private List<Event> find(Conditions conditions, String order, int most) {
        return jdbc.sql(SELECT + conditions.sql() + order + " LIMIT :most")
                .params(conditions.parameters())
                .param("most", most)
                .query(Events::event)
                .list();
    }

    /** Whether a load balancer has, or had, the name. */
    void requireExistence(EventScope scope) {
        if (scope.name() == null) {
            return;
        }
        var _ =
                jdbc.sql(
                                """
                                SELECT 1 FROM load_balancer
                                WHERE project_id = :project AND region_id = :region AND name = :name
                                LIMIT 1
                                """)
                        .param("project", scope.projectId())
                        .param("region", scope.region())
                        .param("name", scope.name())
                        .query(Integer.class)
                        .optional()
                        .orElseThrow(() -> new DomainFailure.NotFound("load balancer not found"));
    }

    /** The greatest id that can be seen; 0 where there is no event. */
    long newest() {
        return jdbc.sql("SELECT coalesce(max(id), 0) FROM event").query(Long.class).single();
    }

    /**
     * The transactions that have written to the table and are not over: whoever has taken an id is
     * among them, for the lock is taken before the id, and is released after the commit can be
     * seen.
     */
    Set<String> writers() {
        return jdbc.sql(
                        """
                        SELECT virtualtransaction FROM pg_locks
                        WHERE locktype = 'relation' AND relation = 'event'::regclass
                          AND database = (SELECT oid FROM pg_database
                                          WHERE datname = current_database())
                          AND mode = 'RowExclusiveLock' AND granted
                        """)
                .query((row, _) -> row.getString("virtualtransaction"))
                .set();
    }

    Set<UUID> projectsBetween(long after, long upTo) {
        return jdbc.sql("SELECT DISTINCT project_id FROM event WHERE id > :after AND id <= :upTo")
                .param("after", after)
                .param("upTo", upTo)
                .query((row, _) -> Rows.uuid(row, "project_id"))
                .set();
    }

    /**
     * Removes old ones.
     *
     * @return whether there may be more of them
     */
    boolean sweep(Duration keep, int most) {
        return jdbc.sql(
                                """
                                DELETE FROM event WHERE id IN (
                                    SELECT id FROM event
                                    WHERE at < now() - make_interval(secs => :keep)
                                    ORDER BY at LIMIT :most)
                                """)
                        .param("keep", (double) keep.toSeconds())
                        .param("most", most)
                        .update()
                == most;
    }

    private static Event event(ResultSet row, int rowNumber) throws SQLException {
        return new Event(
                row.getLong("id"),
                Rows.knownInstant(row, "at"),
                row.getString("region_id"),
                row.getString("name"),
                row.getString("type"),
                row.getString("message"),
                JSON.readValue(row.getString("details"), DETAILS));
    }
}
