package dev.plimsoll.api.plan;

import dev.plimsoll.api.problem.DomainFailure;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The plans of each region, smallest first. */
@Repository
public class Plans {
    private final JdbcClient jdbc;

    Plans(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Fails with {@link DomainFailure.NotFound} where there is no such region. */
    public List<Plan> of(String region) {
        var plans =
                jdbc.sql(
                                """
                                SELECT r.id AS region, p.id, p.name, p.description, p.flavor_name,
                                       p.max_connections
                                FROM region r JOIN plan p ON p.region_id = r.id
                                WHERE r.id = :region ORDER BY p.max_connections, p.id
                                """)
                        .param("region", region)
                        .query((row, _) ->
                                new Plan(
                                        row.getString("region"),
                                        row.getString("id"),
                                        row.getString("name"),
                                        row.getString("description"),
                                        row.getString("flavor_name"),
                                        row.getInt("max_connections")))
                        .list();
        if (plans.isEmpty()) {
            throw new DomainFailure.NotFound("region not found");
        }
        return plans;
    }
}
