package dev.plimsoll.api.event;

import dev.plimsoll.api.read.Conditions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whose events: a project's, or those of the load balancers that have or had a name in it.
 *
 * @param region null, as the name is, for all of the project
 */
public record EventScope(UUID projectId, @Nullable String region, @Nullable String name) {

    public static EventScope ofProject(UUID projectId) {
        return new EventScope(projectId, null, null);
    }

    Conditions conditions() {
        var conditions = new Conditions().and("e.project_id = :project", "project", projectId);
        return name == null
                ? conditions
                : conditions
                        .and("lb.project_id = :project")
                        .and("lb.region_id = :region", "region", region)
                        .and("lb.name = :name", "name", name);
    }
}
