package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.loadbalancer.spec.SpecLimits;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How large one load balancer of each project may be. */
@Repository
class ProjectLimits {
    private final JdbcClient jdbc;

    ProjectLimits(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    SpecLimits of(UUID projectId) {
        return jdbc.sql("SELECT max_listeners, max_targets FROM project WHERE id = :project")
                .param("project", projectId)
                .query(SpecLimits.class)
                .single();
    }
}
