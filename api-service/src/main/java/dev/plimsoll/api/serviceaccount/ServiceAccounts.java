package dev.plimsoll.api.serviceaccount;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.tenancy.KnownProjects;
import dev.plimsoll.api.tenancy.Role;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Service accounts as operators manage them. What is refused here is refused at once elsewhere. */
@Component
public class ServiceAccounts {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SELECT =
            """
            SELECT a.id, a.project_id, a.name, a.created_at, a.disabled_at,
                   (SELECT json_object_agg(r.project_id, r.role) FROM service_account_role r
                     WHERE r.service_account_id = a.id)::text AS roles
            FROM service_account a
            WHERE a.project_id = :project
            """;

    private final JdbcClient jdbc;
    private final Roles roles;
    private final KnownProjects projects;
    private final Transactions transactions;
    private final Audit audit;

    ServiceAccounts(
            JdbcClient jdbc,
            Roles roles,
            KnownProjects projects,
            Transactions transactions,
            Audit audit) {
        this.jdbc = jdbc;
        this.roles = roles;
        this.projects = projects;
        this.transactions = transactions;
        this.audit = audit;
    }

    public ServiceAccountView create(
            UUID projectId, @Nullable String name, RoleDraft draft, Origin origin) {
        requireProject(projectId);
        var granted = roles.of(projectId, draft, checkName(name));
        var id = UUID.randomUUID();
        return transactions.run(() -> {
            insert(id, projectId, String.valueOf(name));
            grant(id, granted);
            audit.record(
                    origin,
                    projectId,
                    "service-account.create",
                    resource(id),
                    details(name, granted));
            return get(projectId, id);
        });
    }

    public Page<ServiceAccountView> list(UUID projectId, int size, @Nullable String pageId) {
        requireProject(projectId);
        var found =
                jdbc.sql(
                                SELECT
                                        + "AND (:after::uuid IS NULL OR a.id > :after)"
                                        + " ORDER BY a.id LIMIT :n")
                        .param("project", projectId)
                        .param("after", pageId == null ? null : Cursor.uuid(pageId))
                        .param("n", size + 1)
                        .query((row, _) -> view(row))
                        .list();
        return Page.of(found, size, it -> Cursor.of(it.id()));
    }

    public ServiceAccountView get(UUID projectId, UUID id) {
        return jdbc.sql(SELECT + "AND a.id = :id")
                .param("project", projectId)
                .param("id", id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(ServiceAccounts::notFound);
    }

    /** Replaces the roles, and lets the account in or not. */
    public ServiceAccountView update(
            UUID projectId, UUID id, RoleDraft draft, boolean disabled, Origin origin) {
        requireProject(projectId);
        var granted = roles.of(projectId, draft, List.of());
        return transactions.run(() -> {
            var name = lock(projectId, id);
            jdbc.sql(
                            """
                            UPDATE service_account
                            SET disabled_at = CASE WHEN :disabled THEN coalesce(disabled_at, now()) END
                            WHERE id = :id
                            """)
                    .param("disabled", disabled)
                    .param("id", id)
                    .update();
            jdbc.sql("DELETE FROM service_account_role WHERE service_account_id = :id")
                    .param("id", id)
                    .update();
            grant(id, granted);
            var details = details(name, granted);
            details.put("disabled", disabled);
            audit.record(origin, projectId, "service-account.update", resource(id), details);
            return get(projectId, id);
        });
    }

    /** With its keys: its tokens are good for nothing from now on. */
    public void delete(UUID projectId, UUID id, Origin origin) {
        transactions.run(() -> {
            var name = lock(projectId, id);
            audit.record(
                    origin,
                    projectId,
                    "service-account.delete",
                    resource(id),
                    Map.of("name", name));
            return jdbc.sql("DELETE FROM service_account WHERE id = :id").param("id", id).update();
        });
    }

    /** Keeps others from changing the account until the transaction ends; answers its name. */
    String lock(UUID projectId, UUID id) {
        return jdbc.sql(
                        """
                        SELECT name FROM service_account
                        WHERE project_id = :project AND id = :id FOR UPDATE
                        """)
                .param("project", projectId)
                .param("id", id)
                .query(String.class)
                .optional()
                .orElseThrow(ServiceAccounts::notFound);
    }

    static String resource(UUID id) {
        return "service-accounts/" + id;
    }

    private static List<FieldError> checkName(@Nullable String name) {
        if (name == null) {
            return List.of(FieldError.of("/name", FieldError.Code.REQUIRED, "is required"));
        }
        return NAME.matcher(name).matches()
                ? List.of()
                : List.of(
                        new FieldError(
                                "/name",
                                FieldError.Code.MALFORMED,
                                "must be 1 to 63 of a-z, 0-9 and inner -",
                                name,
                                NAME.pattern()));
    }

    private void insert(UUID id, UUID projectId, String name) {
        try {
            jdbc.sql(
                            """
                            INSERT INTO service_account (id, project_id, name)
                            VALUES (:id, :project, :name)
                            """)
                    .param("id", id)
                    .param("project", projectId)
                    .param("name", name)
                    .update();
        } catch (DuplicateKeyException _) {
            throw new DomainFailure.AlreadyExists("service account already exists");
        }
    }

    private void grant(UUID id, Map<UUID, Role> granted) {
        for (var role : new TreeMap<>(granted).entrySet()) {
            jdbc.sql(
                            """
                            INSERT INTO service_account_role (service_account_id, project_id, role)
                            VALUES (:id, :project, :role)
                            """)
                    .param("id", id)
                    .param("project", role.getKey())
                    .param("role", role.getValue().id())
                    .update();
        }
    }

    private static Map<String, Object> details(@Nullable String name, Map<UUID, Role> granted) {
        var named = new TreeMap<String, String>();
        granted.forEach((project, role) -> named.put(project.toString(), role.id()));
        var details = new LinkedHashMap<String, Object>();
        details.put("name", String.valueOf(name));
        details.put("roles", named);
        return details;
    }

    private void requireProject(UUID projectId) {
        if (projects.among(Set.of(projectId)).isEmpty()) {
            throw new DomainFailure.NotFound("project not found");
        }
    }

    private static DomainFailure notFound() {
        return new DomainFailure.NotFound("service account not found");
    }

    private static ServiceAccountView view(ResultSet row) throws SQLException {
        var disabledAt = row.getObject("disabled_at", OffsetDateTime.class);
        return new ServiceAccountView(
                row.getObject("id", UUID.class),
                row.getObject("project_id", UUID.class),
                row.getString("name"),
                roles(row.getString("roles")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                disabledAt == null ? null : disabledAt.toInstant());
    }

    private static Map<UUID, Role> roles(String json) {
        var roles = new LinkedHashMap<UUID, Role>();
        JSON.readTree(json)
                .forEachEntry((project, role) ->
                        roles.put(UUID.fromString(project), Role.of(role.asString())));
        return roles;
    }
}
