package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Load balancers with all that is known of them, in one query however many they are. */
@Repository
public class LoadBalancerReads {
    private static final String SELECT =
            """
            SELECT lb.id, lb.project_id, lb.region_id, lb.name, lb.generation,
                   lb.observed_generation, lb.deletion_requested_at IS NOT NULL AS terminating,
                   r.spec::text AS spec,
                   tg.id AS target_group_id, tg.name AS target_group_name,
                   lg.id AS lb_group_id, lg.name AS lb_group_name,
                   (SELECT host(a.address) FROM address a
                     WHERE a.load_balancer_id = lb.id AND a.kind = 'PRIVATE') AS private_address,
                   (SELECT host(a.address) FROM address a
                     WHERE a.load_balancer_id = lb.id AND a.kind = 'EPHEMERAL') AS ephemeral_address,
                   (SELECT json_agg(json_build_object('type', c.type, 'status', c.status,
                       'reason', c.reason, 'message', c.message, 'generation', c.generation,
                       'since', c.since) ORDER BY c.type)
                     FROM condition c WHERE c.load_balancer_id = lb.id)::text AS conditions
            FROM load_balancer lb
            JOIN load_balancer_revision r
              ON r.load_balancer_id = lb.id AND r.generation = lb.generation
            JOIN security_group tg ON tg.load_balancer_id = lb.id AND tg.kind = 'TARGET'
            JOIN security_group lg ON lg.load_balancer_id = lb.id AND lg.kind = 'LOAD_BALANCER'
            WHERE lb.removed_at IS NULL
            """;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final ApiSettings settings;

    LoadBalancerReads(JdbcClient jdbc, InstantSource apiClock, ApiSettings settings) {
        this.jdbc = jdbc;
        this.clock = apiClock;
        this.settings = settings;
    }

    public LoadBalancerView get(UUID projectId, String region, String name) {
        return find(projectId, region, name)
                .orElseThrow(() -> new DomainFailure.NotFound("load balancer not found"));
    }

    Optional<LoadBalancerView> find(UUID projectId, String region, String name) {
        return jdbc.sql(
                        SELECT
                                + "AND lb.project_id = :project AND lb.region_id = :region"
                                + " AND lb.name = :name")
                .param("project", projectId)
                .param("region", region)
                .param("name", name)
                .query(this::view)
                .optional();
    }

    Optional<LoadBalancerView> find(UUID projectId, UUID id) {
        return jdbc.sql(SELECT + "AND lb.project_id = :project AND lb.id = :id")
                .param("project", projectId)
                .param("id", id)
                .query(this::view)
                .optional();
    }

    /** In the order of their names, by bytes. */
    public Page<LoadBalancerView> list(
            UUID projectId, String region, int size, @Nullable String pageId) {
        var found =
                jdbc.sql(
                                SELECT
                                        + """
                                        AND lb.project_id = :project AND lb.region_id = :region
                                        AND lb.name > :after
                                        ORDER BY lb.name LIMIT :limit
                                        """)
                        .param("project", projectId)
                        .param("region", region)
                        .param("after", pageId == null ? "" : nameAt(projectId, region, pageId))
                        .param("limit", size + 1)
                        .query(this::view)
                        .list();
        if (found.isEmpty()) {
            requireRegion(region);
        }
        return Page.of(found, size, it -> Cursor.of(it.id()));
    }

    /** Those of all projects, in the order of their ids. */
    public Page<LoadBalancerView> listAll(int size, @Nullable String pageId) {
        var found =
                jdbc.sql(SELECT + "AND lb.id > :after ORDER BY lb.id LIMIT :limit")
                        .param("after", pageId == null ? new UUID(0, 0) : Cursor.uuid(pageId))
                        .param("limit", size + 1)
                        .query(this::view)
                        .list();
        return Page.of(found, size, it -> Cursor.of(it.id()));
    }

    /** The row of a load balancer outlives it, so a cursor stays good when that one is deleted. */
    private String nameAt(UUID projectId, String region, String pageId) {
        return jdbc.sql(
                        """
                        SELECT name FROM load_balancer
                        WHERE id = :id AND project_id = :project AND region_id = :region
                        """)
                .param("id", Cursor.uuid(pageId))
                .param("project", projectId)
                .param("region", region)
                .query(String.class)
                .optional()
                .orElseThrow(DomainFailure.PageExpired::new);
    }

    private void requireRegion(String region) {
        var _ =
                jdbc.sql("SELECT 1 FROM region WHERE id = :region")
                        .param("region", region)
                        .query(Integer.class)
                        .optional()
                        .orElseThrow(() -> new DomainFailure.NotFound("region not found"));
    }

    private LoadBalancerView view(ResultSet row, int rowNumber) throws SQLException {
        var json = row.getString("conditions");
        var conditions =
                json == null
                        ? List.<Condition>of()
                        : List.of(SpecJson.read(json, Condition[].class));
        long generation = row.getLong("generation");
        long observed = row.getLong("observed_generation");
        var status =
                Status.of(
                        row.getBoolean("terminating"),
                        generation,
                        observed,
                        conditions,
                        clock.instant(),
                        settings.errorAfter());
        return new LoadBalancerView(
                row.getObject("id", UUID.class),
                row.getObject("project_id", UUID.class),
                row.getString("region_id"),
                row.getString("name"),
                generation,
                observed,
                SpecJson.read(row.getString("spec")),
                status,
                conditions,
                row.getString("private_address"),
                row.getString("ephemeral_address"),
                group(row, "target_group"),
                group(row, "lb_group"));
    }

    private static LoadBalancerView.Group group(ResultSet row, String prefix) throws SQLException {
        return new LoadBalancerView.Group(
                row.getObject(prefix + "_id", UUID.class), row.getString(prefix + "_name"));
    }
}
