package dev.plimsoll.api.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.plimsoll.api.read.Rows;
import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * A position of a chain, and the entry that lies there.
 *
 * @param canonicalForm what the database's {@code audit_canonical_form} makes of the entry, made
 *     here without it; null where the entry is gone
 */
record ChainedEntry(long position, byte[] sha256, long entryId, byte @Nullable [] canonicalForm) {
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    static ChainedEntry of(ResultSet row, int rowNumber) throws SQLException {
        return new ChainedEntry(
                row.getLong("position"),
                row.getBytes("sha256"),
                row.getLong("audit_entry_id"),
                row.getObject("id") == null ? null : canonicalForm(row));
    }

    private static byte[] canonicalForm(ResultSet row) throws SQLException {
        var form = new ByteArrayOutputStream();
        add(row.getString("id"), form);
        add(MICROSECONDS.format(Rows.knownInstant(row, "at")), form);
        add(row.getString("project_id"), form);
        add(row.getString("author"), form);
        add(row.getString("client"), form);
        add(row.getString("request_id"), form);
        add(row.getString("action"), form);
        add(row.getString("resource"), form);
        add(row.getString("details"), form);
        return form.toByteArray();
    }

    private static void add(@Nullable String field, ByteArrayOutputStream form) {
        if (form.size() > 0) {
            form.write(',');
        }
        if (field == null) {
            form.write('-');
        } else {
            var bytes = field.getBytes(UTF_8);
            form.writeBytes((bytes.length + ":").getBytes(UTF_8));
            form.writeBytes(bytes);
        }
    }
}
