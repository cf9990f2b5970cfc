package dev.plimsoll.api.tenancy;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tokens as operators manage them: a project's, or, where the project is null, the operators' own.
 * A revoked token stays known, so that the audit can be read.
 */
@Component
public class Tokens {
    private static final String SELECT =
            """
            SELECT id, project_id, name, role, created_at, expires_at, last_used_at, revoked_at
            FROM api_token
            WHERE (project_id = :project OR (:project::uuid IS NULL AND project_id IS NULL))
            """;

    private final ApiTokens tokens;
    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final Audit audit;
    private final InstantSource clock;

    Tokens(
            ApiTokens tokens,
            JdbcClient jdbc,
            Transactions transactions,
            Audit audit,
            InstantSource apiClock) {
        this.tokens = tokens;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = apiClock;
    }

    public IssuedToken create(@Nullable UUID projectId, TokenDraft draft, Origin origin) {
        check(draft);
        var role = java.util.Objects.requireNonNull(draft.role());
        var name = String.valueOf(draft.name());
        return transactions.run(() -> {
            requireProject(projectId);
            var secret = Secret.random();
            var id =
                    tokens.saveAndFlush(
                                    new ApiToken(name, role, projectId, draft.expiresAt(), secret))
                            .id();
            audit.record(
                    origin,
                    projectId,
                    "token.create",
                    resource(id),
                    Map.of("name", name, "role", role.id()));
            return new IssuedToken(get(projectId, id), secret.value());
        });
    }

    public Page<TokenView> list(@Nullable UUID projectId, int size, @Nullable String pageId) {
        requireProject(projectId);
        var found =
                jdbc.sql(SELECT + "AND (:after::uuid IS NULL OR id > :after) ORDER BY id LIMIT :n")
                        .param("project", projectId)
                        .param("after", pageId == null ? null : Cursor.uuid(pageId))
                        .param("n", size + 1)
                        .query((row, _) -> view(row))
                        .list();
        return Page.of(found, size, it -> Cursor.of(it.id()));
    }

    public TokenView get(@Nullable UUID projectId, UUID id) {
        return jdbc.sql(SELECT + "AND id = :id")
                .param("project", projectId)
                .param("id", id)
                .query((row, _) -> view(row))
                .optional()
                .orElseThrow(() -> new DomainFailure.NotFound("token not found"));
    }

    /** From now on, nobody gets in with it. Revoking it again changes nothing. */
    public void revoke(@Nullable UUID projectId, UUID id, Origin origin) {
        transactions.run(() -> {
            var token = get(projectId, id);
            int revoked =
                    jdbc.sql(
                                    """
                                    UPDATE api_token SET revoked_at = now()
                                    WHERE id = :id AND revoked_at IS NULL
                                    """)
                            .param("id", id)
                            .update();
            if (revoked > 0) {
                audit.record(
                        origin,
                        projectId,
                        "token.revoke",
                        resource(id),
                        Map.of("name", token.name()));
            }
            return revoked;
        });
    }

    private void check(TokenDraft draft) {
        var errors = new ArrayList<FieldError>();
        DisplayName.check("/name", draft.name()).ifPresent(errors::add);
        if (draft.role() == null) {
            errors.add(FieldError.of("/role", FieldError.Code.REQUIRED, "is required"));
        }
        var expiresAt = draft.expiresAt();
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            errors.add(
                    new FieldError(
                            "/expiresAt",
                            FieldError.Code.OUT_OF_RANGE,
                            "must be in the future",
                            expiresAt.toString(),
                            null));
        }
        if (!errors.isEmpty()) {
            throw new DomainFailure.InvalidFields(errors);
        }
    }

    private void requireProject(@Nullable UUID projectId) {
        if (projectId != null
                && jdbc.sql(
                                "SELECT 1 FROM project WHERE id = :project"
                                        + " AND deleted_at IS NULL FOR KEY SHARE")
                        .param("project", projectId)
                        .query(Integer.class)
                        .optional()
                        .isEmpty()) {
            throw new DomainFailure.NotFound("project not found");
        }
    }

    private static String resource(UUID id) {
        return "tokens/" + id;
    }

    private static TokenView view(ResultSet row) throws SQLException {
        return new TokenView(
                row.getObject("id", UUID.class),
                row.getObject("project_id", UUID.class),
                row.getString("name"),
                Role.of(row.getString("role")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row, "expires_at"),
                instant(row, "last_used_at"),
                instant(row, "revoked_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant)
                .orElse(null);
    }
}
