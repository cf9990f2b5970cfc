package dev.plimsoll.api.write;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Writes down who wrote what. The entry commits with the write that it tells of, or not at all. */
@Component
public class Audit {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final JdbcClient jdbc;

    Audit(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Records one write.
     *
     * @param projectId whose; null for what belongs to the whole installation
     * @param action a noun and a verb, {@code load-balancer.create}
     * @param resource the path of what was written, {@code regions/eu01/load-balancers/web}
     * @param details what else is worth knowing; never a secret
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void record(
            Origin origin,
            @Nullable UUID projectId,
            String action,
            String resource,
            Map<String, ?> details) {
        jdbc.sql(
                        """
                        INSERT INTO audit_entry
                            (project_id, author, client, request_id, action, resource, details)
                        VALUES (:project, :author, :client, :requestId, :action, :resource,
                            :details::jsonb)
                        """)
                .param("project", projectId)
                .param("author", origin.author())
                .param("client", origin.client())
                .param("requestId", origin.requestId())
                .param("action", action)
                .param("resource", resource)
                .param("details", JSON.writeValueAsString(details))
                .update();
    }
}
