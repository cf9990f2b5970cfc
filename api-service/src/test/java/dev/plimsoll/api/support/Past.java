package dev.plimsoll.api.support;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Load balancers of one project, written as the services would have written them back then. */
public final class Past {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient jdbc;
    private final UUID projectId;

    public Past(JdbcClient jdbc, UUID projectId) {
        this.jdbc = jdbc;
        this.projectId = projectId;
    }

    public UUID orders(
            String region, String name, String planId, Instant at, Map<String, String> labels) {
        var id =
                jdbc.sql(
                                """
                                INSERT INTO load_balancer (project_id, region_id, name, generation,
                                                           created_at)
                                VALUES (?, ?, ?, 1, ?) RETURNING id
                                """)
                        .param(projectId)
                        .param(region)
                        .param(name)
                        .param(utc(at))
                        .query(UUID.class)
                        .single();
        revise(id, 1, planId, at, labels);
        return id;
    }

    public void becomesReady(UUID id, Instant at) {
        jdbc.sql("UPDATE load_balancer SET first_ready_at = ? WHERE id = ?")
                .param(utc(at))
                .param(id)
                .update();
    }

    public void changes(UUID id, String planId, Instant at, Map<String, String> labels) {
        long generation =
                jdbc.sql(
                                """
                                UPDATE load_balancer SET generation = generation + 1
                                WHERE id = ? RETURNING generation
                                """)
                        .param(id)
                        .query(Long.class)
                        .single();
        revise(id, generation, planId, at, labels);
    }

    /** Its name is free at once. */
    public void isDeleted(UUID id, Instant at) {
        jdbc.sql(
                        """
                        UPDATE load_balancer SET deletion_requested_at = ?,
                            deletion_author = 'test', removed_at = now()
                        WHERE id = ?
                        """)
                .param(utc(at))
                .param(id)
                .update();
    }

    private void revise(
            UUID id, long generation, String planId, Instant at, Map<String, String> labels) {
        jdbc.sql(
                        """
                        INSERT INTO load_balancer_revision (load_balancer_id, generation, spec,
                            author, request_id, reason, created_at)
                        VALUES (?, ?, ?::jsonb, 'test', 'test', ?, ?)
                        """)
                .param(id)
                .param(generation)
                .param(JSON.writeValueAsString(Map.of("planId", planId, "labels", labels)))
                .param(generation == 1 ? "CREATE" : "UPDATE")
                .param(utc(at))
                .update();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
