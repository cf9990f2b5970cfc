package dev.plimsoll.api.audit;

import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The audit, for reading. */
@Repository
public class AuditEntries {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> DETAILS = new TypeReference<>() {};
    private static final String SELECT =
            """
            SELECT id, at, project_id, author, client, request_id, action, resource,
                   details::text AS details
            FROM audit_entry WHERE
            """;

    private final JdbcClient jdbc;

    AuditEntries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest first. */
    public Page<AuditEntry> list(AuditFilter filter, int size, @Nullable String pageId) {
        var conditions =
                filter.conditions()
                        .and(
                                "id < :before",
                                "before",
                                pageId == null ? null : Cursor.number(pageId));
        var found =
                jdbc.sql(SELECT + conditions.sql() + " ORDER BY id DESC LIMIT :most")
                        .params(conditions.parameters())
                        .param("most", size + 1)
                        .query(AuditEntries::entry)
                        .list();
        return Page.of(found, size, entry -> Long.toString(entry.id()));
    }

    private static AuditEntry entry(ResultSet row, int rowNumber) throws SQLException {
        return new AuditEntry(
                row.getLong("id"),
                Rows.knownInstant(row, "at"),
                row.getObject("project_id", java.util.UUID.class),
                row.getString("author"),
                row.getString("client"),
                row.getString("request_id"),
                row.getString("action"),
                row.getString("resource"),
                JSON.readValue(row.getString("details"), DETAILS));
    }
}
