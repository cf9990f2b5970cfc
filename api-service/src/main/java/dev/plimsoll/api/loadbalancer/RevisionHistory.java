package dev.plimsoll.api.loadbalancer;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.write.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Every spec that was accepted under a name, whether or not the load balancer is still there. Ids
 * are UUIDs of version 7: of two load balancers that had a name, the later has the greater.
 */
@Repository
public class RevisionHistory {
    private static final String COLUMNS =
            """
            SELECT lb.id, r.generation, r.author, r.client, r.request_id, r.reason, r.created_at
            """;
    private static final String UNDER_THE_NAME =
            """
            FROM load_balancer lb JOIN load_balancer_revision r ON r.load_balancer_id = lb.id
            WHERE lb.project_id = :project AND lb.region_id = :region AND lb.name = :name
            """;
    private static final Cursor.Numbered BEFORE_ALL = new Cursor.Numbered(new UUID(-1, -1), 0);

    private final JdbcClient jdbc;

    RevisionHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest first. */
    public Page<Revision> list(
            UUID projectId, String region, String name, int size, @Nullable String pageId) {
        var before = pageId == null ? BEFORE_ALL : Cursor.numbered(pageId);
        var found =
                jdbc.sql(
                                COLUMNS
                                        + UNDER_THE_NAME
                                        + """
                                        AND (lb.id, r.generation) < (:beforeId, :beforeGeneration)
                                        ORDER BY lb.id DESC, r.generation DESC LIMIT :most
                                        """)
                        .param("project", projectId)
                        .param("region", region)
                        .param("name", name)
                        .param("beforeId", before.of())
                        .param("beforeGeneration", before.number())
                        .param("most", size + 1)
                        .query(RevisionHistory::revision)
                        .list();
        if (found.isEmpty() && pageId == null) {
            throw new DomainFailure.NotFound("load balancer not found");
        }
        return Page.of(found, size, RevisionHistory::cursor);
    }

    public AcceptedSpec get(UUID projectId, String region, String name, RevisionName which) {
        return jdbc.sql(
                        COLUMNS
                                + ", r.spec::text AS spec "
                                + UNDER_THE_NAME
                                + """
                                AND (:generation::bigint IS NULL OR r.generation = :generation)
                                AND lb.id = (
                                    SELECT owner.id FROM load_balancer owner
                                    WHERE owner.project_id = :project AND owner.region_id = :region
                                      AND owner.name = :name
                                      AND (:owner::text IS NULL
                                          OR right(owner.id::text, 8) = :owner)
                                    ORDER BY owner.id DESC LIMIT 1)
                                ORDER BY r.generation DESC LIMIT 1
                                """)
                .param("project", projectId)
                .param("region", region)
                .param("name", name)
                .param("generation", which.generation())
                .param("owner", which.owner())
                .query((row, number) ->
                        new AcceptedSpec(
                                revision(row, number), SpecJson.read(row.getString("spec"))))
                .optional()
                .orElseThrow(RevisionName::unknown);
    }

    /** What became different, secrets and certificates by their fingerprints. */
    public static List<Change> difference(AcceptedSpec from, AcceptedSpec to) {
        return SpecComparison.between(SpecJson.tree(from.spec()), SpecJson.tree(to.spec())).stream()
                .map(Disclosure::of)
                .toList();
    }

    private static Revision revision(ResultSet row, int rowNumber) throws SQLException {
        return new Revision(
                Rows.uuid(row, "id"),
                row.getLong("generation"),
                new Origin(
                        row.getString("author"),
                        row.getString("client"),
                        row.getString("request_id")),
                row.getString("reason"),
                Rows.knownInstant(row, "created_at"));
    }

    private static String cursor(Revision revision) {
        return new Cursor.Numbered(revision.loadBalancerId(), revision.generation()).toString();
    }
}
