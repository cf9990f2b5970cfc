package dev.plimsoll.api.region;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldErrors;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The regions. They are rows and nothing else: one that is added is there for all replicas. */
@Repository
public class Regions {
    private static final Pattern ID = Pattern.compile("[a-z]{2,4}[0-9]{2}");
    private static final int MAX_NAME = 253;
    private static final String SELECT = "SELECT id, display_name, created_at FROM region WHERE ";

    private final Transactions transactions;
    private final JdbcClient jdbc;
    private final Audit audit;

    Regions(Transactions transactions, JdbcClient jdbc, Audit audit) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /** In the order of their ids. */
    public Page<Region> list(int size, @Nullable String pageId) {
        var found =
                jdbc.sql(SELECT + "id COLLATE \"C\" > :after ORDER BY id COLLATE \"C\" LIMIT :most")
                        .param("after", pageId == null ? "" : Cursor.name(pageId))
                        .param("most", size + 1)
                        .query(Regions::region)
                        .list();
        return Page.of(found, size, Region::id);
    }

    /** Fails with {@link DomainFailure.NotFound} where there is no such region. */
    public Region get(String id) {
        return jdbc.sql(SELECT + "id = :id")
                .param("id", id)
                .query(Regions::region)
                .optional()
                .orElseThrow(() -> new DomainFailure.NotFound("region not found"));
    }

    public Region create(@Nullable String id, @Nullable String displayName, Origin origin) {
        new FieldErrors()
                .required("/region", id)
                .form("/region", id, ID, "two to four letters and two digits, such as eu03")
                .required("/displayName", displayName)
                .text("/displayName", displayName, MAX_NAME)
                .throwIfAny();
        var known = requireNonNull(id);
        return transactions.run(() -> {
            int inserted =
                    jdbc.sql(
                                    """
                                    INSERT INTO region (id, display_name) VALUES (:id, :name)
                                    ON CONFLICT (id) DO NOTHING
                                    """)
                            .param("id", known)
                            .param("name", displayName)
                            .update();
            if (inserted == 0) {
                throw new DomainFailure.AlreadyExists("region already exists");
            }
            return recorded(known, origin, "create");
        });
    }

    /** Writing what is there already is no write. */
    public Region rename(String id, @Nullable String displayName, Origin origin) {
        new FieldErrors()
                .required("/displayName", displayName)
                .text("/displayName", displayName, MAX_NAME)
                .throwIfAny();
        return transactions.run(() -> {
            int changed =
                    jdbc.sql(
                                    """
                                    UPDATE region SET display_name = :name
                                    WHERE id = :id AND display_name <> :name
                                    """)
                            .param("id", id)
                            .param("name", displayName)
                            .update();
            return changed == 0 ? get(id) : recorded(id, origin, "update");
        });
    }

    private Region recorded(String id, Origin origin, String verb) {
        var region = get(id);
        audit.record(
                origin,
                null,
                "region." + verb,
                "regions/" + id,
                Map.of("displayName", region.displayName()));
        return region;
    }

    private static Region region(ResultSet row, int rowNumber) throws SQLException {
        return new Region(
                row.getString("id"),
                row.getString("display_name"),
                Rows.knownInstant(row, "created_at"));
    }
}
