package dev.plimsoll.api.plan;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.region.Regions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The plans of each region. */
@Repository
public class Plans {
    private static final String SELECT =
            """
            SELECT region_id, id, name, description, flavor_name, max_connections, retired_at
            FROM plan WHERE region_id = :region AND
            """;

    private final JdbcClient jdbc;
    private final Regions regions;

    Plans(JdbcClient jdbc, Regions regions) {
        this.jdbc = jdbc;
        this.regions = regions;
    }

    /**
     * Those that can be ordered, smallest first. Fails with {@link DomainFailure.NotFound} where
     * there is no such region.
     */
    public List<Plan> of(String region) {
        var plans =
                jdbc.sql(SELECT + "retired_at IS NULL ORDER BY max_connections, id")
                        .param("region", region)
                        .query(Plans::plan)
                        .list();
        if (plans.isEmpty()) {
            var _ = regions.get(region);
        }
        return plans;
    }

    /** All, the retired ones as well, in the order of their ids. */
    public Page<Plan> list(String region, int size, @Nullable String pageId) {
        var found =
                jdbc.sql(
                                SELECT
                                        + """
                                        id COLLATE "C" > :after
                                        ORDER BY id COLLATE "C" LIMIT :most
                                        """)
                        .param("region", region)
                        .param("after", pageId == null ? "" : Cursor.name(pageId))
                        .param("most", size + 1)
                        .query(Plans::plan)
                        .list();
        if (found.isEmpty()) {
            var _ = regions.get(region);
        }
        return Page.of(found, size, Plan::id);
    }

    /** One that is retired as well. */
    public Optional<Plan> find(String region, String id) {
        return jdbc.sql(SELECT + "id = :id")
                .param("region", region)
                .param("id", id)
                .query(Plans::plan)
                .optional();
    }

    private static Plan plan(ResultSet row, int rowNumber) throws SQLException {
        return new Plan(
                row.getString("region_id"),
                row.getString("id"),
                row.getString("name"),
                row.getString("description"),
                row.getString("flavor_name"),
                row.getInt("max_connections"),
                Rows.instant(row, "retired_at"));
    }
}
