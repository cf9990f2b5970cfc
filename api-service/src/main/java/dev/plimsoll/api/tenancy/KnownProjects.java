package dev.plimsoll.api.tenancy;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Tells the projects that exist from those that somebody merely names. */
@Repository
public class KnownProjects {
    private final JdbcClient jdbc;

    KnownProjects(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Set<UUID> among(Collection<UUID> named) {
        if (named.isEmpty()) {
            return Set.of();
        }
        return Set.copyOf(
                jdbc.sql("SELECT id FROM project WHERE id = ANY (?) AND deleted_at IS NULL")
                        .param(named.toArray(UUID[]::new))
                        .query((row, _) -> row.getObject("id", UUID.class))
                        .list());
    }
}
