package dev.plimsoll.api.serviceaccount;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.tenancy.KnownProjects;
import dev.plimsoll.api.tenancy.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The rules for an account's roles. */
@Component
final class Roles {
    private static final int MAX_OTHERS = 100;

    private final KnownProjects projects;

    Roles(KnownProjects projects) {
        this.projects = projects;
    }

    /** By project; or everything that is wrong with what was asked for. */
    Map<UUID, Role> of(UUID ownProject, RoleDraft draft, List<FieldError> found) {
        var errors = new ArrayList<>(found);
        var roles = new LinkedHashMap<UUID, Role>();
        put(roles, ownProject, draft.own(), "/role", errors);
        if (draft.others().size() > MAX_OTHERS) {
            errors.add(
                    FieldError.of(
                            "/otherRoles",
                            FieldError.Code.TOO_MANY,
                            "has more than " + MAX_OTHERS + " entries"));
        } else {
            for (int i = 0; i < draft.others().size(); i++) {
                other(roles, draft.others().get(i), "/otherRoles/" + i, errors);
            }
        }
        if (!errors.isEmpty()) {
            throw new DomainFailure.InvalidFields(errors);
        }
        return roles;
    }

    private void other(
            Map<UUID, Role> roles,
            RoleDraft.InOther draft,
            String pointer,
            List<FieldError> errors) {
        var project = existing(draft.projectId());
        if (project.isEmpty()) {
            errors.add(
                    new FieldError(
                            pointer + "/projectId",
                            FieldError.Code.UNKNOWN_REFERENCE,
                            "is not a project",
                            draft.projectId(),
                            null));
        } else if (roles.containsKey(project.get())) {
            errors.add(
                    new FieldError(
                            pointer + "/projectId",
                            FieldError.Code.DUPLICATE,
                            "has a role already",
                            draft.projectId(),
                            null));
        } else {
            put(roles, project.get(), draft.role(), pointer + "/role", errors);
        }
    }

    private static void put(
            Map<UUID, Role> roles,
            UUID project,
            @Nullable Role role,
            String pointer,
            List<FieldError> errors) {
        if (role == null) {
            errors.add(FieldError.of(pointer, FieldError.Code.REQUIRED, "is required"));
        } else {
            roles.put(project, role);
        }
    }

    private Optional<UUID> existing(@Nullable String projectId) {
        try {
            return projects.among(Set.of(UUID.fromString(String.valueOf(projectId)))).stream()
                    .findFirst();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
