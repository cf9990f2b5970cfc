package dev.plimsoll.api.tenancy;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a caller may do: the roles in projects, and whether the caller operates the installation.
 * Holds projects that exist only, whoever named them.
 */
public record Grants(Map<UUID, Role> projects, boolean operator) {
    public static final Grants NONE = new Grants(Map.of(), false);
    public static final Grants OPERATOR = new Grants(Map.of(), true);

    public Grants {
        projects = Map.copyOf(projects);
        if (projects.containsValue(Role.OPERATOR)) {
            throw new IllegalArgumentException("Nobody is an operator of one project");
        }
    }

    public static Grants in(UUID projectId, Role role) {
        return new Grants(Map.of(projectId, role), false);
    }

    /** By the project's id as it stands in a path; any other spelling is another project. */
    Optional<Role> roleIn(String projectId) {
        return projects.entrySet().stream()
                .filter(it -> it.getKey().toString().equals(projectId))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
