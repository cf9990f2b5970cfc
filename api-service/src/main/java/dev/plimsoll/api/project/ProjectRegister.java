package dev.plimsoll.api.project;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Where operators enter projects, change and strike them. */
@Repository
public class ProjectRegister {
    private static final String SELECT =
            """
            SELECT p.id, p.name, p.max_listeners, p.max_targets, p.created_at,
                   (SELECT count(*) FROM load_balancer lb
                     WHERE lb.project_id = p.id AND lb.removed_at IS NULL)::int AS load_balancers
            FROM project p WHERE p.deleted_at IS NULL AND
            """;

    private final Transactions transactions;
    private final JdbcClient jdbc;
    private final Audit audit;

    ProjectRegister(Transactions transactions, JdbcClient jdbc, Audit audit) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /** In the order of their names, by bytes. */
    public Page<Project> list(int size, @Nullable String pageId) {
        var found =
                jdbc.sql(
                                SELECT
                                        + """
                                        (p.name COLLATE "C", p.id) > (:name, :id)
                                        ORDER BY p.name COLLATE "C", p.id LIMIT :most
                                        """)
                        .param("name", pageId == null ? "" : nameAt(pageId))
                        .param("id", pageId == null ? new UUID(0, 0) : Cursor.uuid(pageId))
                        .param("most", size + 1)
                        .query(ProjectRegister::project)
                        .list();
        return Page.of(found, size, project -> Cursor.of(project.id()));
    }

    public Project get(UUID id) {
        return jdbc.sql(SELECT + "p.id = :id")
                .param("id", id)
                .query(ProjectRegister::project)
                .optional()
                .orElseThrow(ProjectRegister::notFound);
    }

    public Project create(ProjectDraft draft, Origin origin) {
        draft.checkNew();
        var id = draft.id() == null ? UUID.randomUUID() : UUID.fromString(draft.id());
        return transactions.run(() -> {
            int inserted =
                    jdbc.sql(
                                    """
                                    INSERT INTO project (id, name, max_listeners, max_targets)
                                    VALUES (:id, :name, :maxListeners, :maxTargets)
                                    ON CONFLICT (id) DO NOTHING
                                    """)
                            .param("id", id)
                            .param("name", requireNonNull(draft.name()))
                            .param(
                                    "maxListeners",
                                    requireNonNullElse(
                                            draft.maxListeners(), ProjectDraft.MOST_LISTENERS))
                            .param(
                                    "maxTargets",
                                    requireNonNullElse(
                                            draft.maxTargets(), ProjectDraft.MOST_TARGETS))
                            .update();
            if (inserted == 0) {
                throw new DomainFailure.AlreadyExists("a project has, or had, this projectId");
            }
            var project = get(id);
            record(project, origin, "create");
            return project;
        });
    }

    /** Writing what is there already is no write. */
    public Project update(UUID id, ProjectDraft draft, Origin origin) {
        draft.checkUpdate();
        return transactions.run(() -> {
            lock(id, "FOR NO KEY UPDATE");
            var before = get(id);
            var changed =
                    jdbc.sql(
                                    """
                                    UPDATE project SET name = :name, max_listeners = :maxListeners,
                                        max_targets = :maxTargets
                                    WHERE id = :id AND (name, max_listeners, max_targets)
                                        IS DISTINCT FROM (:name, :maxListeners, :maxTargets)
                                    """)
                            .param("id", id)
                            .param("name", requireNonNullElse(draft.name(), before.name()))
                            .param(
                                    "maxListeners",
                                    requireNonNullElse(draft.maxListeners(), before.maxListeners()))
                            .param(
                                    "maxTargets",
                                    requireNonNullElse(draft.maxTargets(), before.maxTargets()))
                            .update();
            if (changed == 0) {
                return before;
            }
            var project = get(id);
            record(project, origin, "update");
            return project;
        });
    }

    /** Whoever orders a load balancer meanwhile waits for the row, and then finds it deleted. */
    public void delete(UUID id, Origin origin) {
        var _ =
                transactions.run(() -> {
                    lock(id, "FOR UPDATE");
                    var project = get(id);
                    if (project.loadBalancers() > 0) {
                        throw new DomainFailure.StateConflict(
                                "the project has load balancers (%d); remove them first"
                                        .formatted(project.loadBalancers()));
                    }
                    mark(id);
                    record(project, origin, "delete");
                    return project;
                });
    }

    /** Its secrets go, its tokens end; the rest is history. */
    private void mark(UUID id) {
        jdbc.sql("UPDATE project SET deleted_at = now() WHERE id = :id").param("id", id).update();
        jdbc.sql("DELETE FROM credential WHERE project_id = :id").param("id", id).update();
        jdbc.sql(
                        """
                        UPDATE api_token SET revoked_at = now()
                        WHERE project_id = :id AND revoked_at IS NULL
                        """)
                .param("id", id)
                .update();
    }

    private void lock(UUID id, String strength) {
        var _ =
                jdbc.sql("SELECT 1 FROM project WHERE id = :id AND deleted_at IS NULL " + strength)
                        .param("id", id)
                        .query(Integer.class)
                        .optional()
                        .orElseThrow(ProjectRegister::notFound);
    }

    private String nameAt(String pageId) {
        return jdbc.sql("SELECT name FROM project WHERE id = :id")
                .param("id", Cursor.uuid(pageId))
                .query(String.class)
                .optional()
                .orElseThrow(DomainFailure.PageExpired::new);
    }

    private void record(Project project, Origin origin, String verb) {
        audit.record(
                origin,
                project.id(),
                "project." + verb,
                "projects/" + project.id(),
                Map.of(
                        "name", project.name(),
                        "maxListeners", project.maxListeners(),
                        "maxTargets", project.maxTargets()));
    }

    private static DomainFailure notFound() {
        return new DomainFailure.NotFound("project not found");
    }

    private static Project project(ResultSet row, int rowNumber) throws SQLException {
        return new Project(
                Rows.uuid(row, "id"),
                row.getString("name"),
                row.getInt("max_listeners"),
                row.getInt("max_targets"),
                row.getInt("load_balancers"),
                Rows.knownInstant(row, "created_at"));
    }
}
