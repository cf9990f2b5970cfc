package dev.plimsoll.api.authority;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * The installation's certificate authorities. Orders a new one; provisioners make and spread it.
 */
@Service
public class Authorities {
    private static final int MOST = 20;
    private static final int MOST_RETIRING = 4;
    private static final String SELECT =
            """
            SELECT a.state, a.state_since, a.created_at, a.expires_at, a.sha256,
                   CASE WHEN a.state = 'TRUSTED' THEN a.issues_at_latest END AS issues_at_latest,
                   u.*
            FROM certificate_authority a JOIN certificate_authority_use u USING (id)
            """;

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final Audit audit;

    Authorities(JdbcClient jdbc, Transactions transactions, Audit audit) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
    }

    /** Newest first. */
    public List<AuthorityView> list() {
        return jdbc.sql(SELECT + " ORDER BY a.created_at DESC, a.id LIMIT :most")
                .param("most", MOST)
                .query(Authorities::view)
                .list();
    }

    /** The one that is to follow; a new one only where none is on its way. */
    public AuthorityView rotate(Origin origin) {
        return transactions.run(() -> next().orElseGet(() -> order(origin)));
    }

    private Optional<AuthorityView> next() {
        return jdbc.sql(SELECT + " WHERE a.state IN ('ORDERED', 'TRUSTED')")
                .query(Authorities::view)
                .optional();
    }

    private AuthorityView order(Origin origin) {
        if (retiring() >= MOST_RETIRING) {
            throw new DomainFailure.StateConflict(
                    "%d authorities are still in use by agents; wait until one has retired"
                            .formatted(MOST_RETIRING));
        }
        // Of two who order at once, one finds what the other has ordered.
        var ordered =
                jdbc.sql(
                                """
                                INSERT INTO certificate_authority (id, state)
                                VALUES (:id, 'ORDERED') ON CONFLICT DO NOTHING
                                """)
                        .param("id", UUID.randomUUID())
                        .update();
        var next = next().orElseThrow();
        if (ordered == 1) {
            audit.record(
                    origin,
                    null,
                    "certificate-authority.rotate",
                    "certificate-authorities",
                    Map.of("ordered", next.id()));
        }
        return next;
    }

    private int retiring() {
        return jdbc.sql("SELECT count(*) FROM certificate_authority WHERE state = 'RETIRING'")
                .query(Integer.class)
                .single();
    }

    private static AuthorityView view(ResultSet row, int number) throws SQLException {
        return new AuthorityView(
                Rows.uuid(row, "id"),
                row.getString("state"),
                Rows.knownInstant(row, "state_since"),
                Rows.knownInstant(row, "created_at"),
                Rows.instant(row, "expires_at"),
                Rows.instant(row, "issues_at_latest"),
                row.getString("sha256"),
                row.getInt("gateways"),
                row.getInt("trusting_gateways"),
                row.getInt("agents"),
                row.getInt("trusting_agents"),
                row.getInt("certified_agents"));
    }
}
