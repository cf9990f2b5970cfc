package dev.plimsoll.api.credential;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.quota.Quotas;
import dev.plimsoll.api.secret.Binding;
import dev.plimsoll.api.secret.Sealer;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** The credentials of each project and region. */
@Service
public class Credentials {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String REF_PREFIX = "credentials-";
    private static final String REF_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int REF_LENGTH = 12;
    private static final String SELECT =
            """
            SELECT region_id, ref, display_name, username FROM credential
            WHERE project_id = :project AND region_id = :region
            """;

    private final Transactions transactions;
    private final Quotas quotas;
    private final Sealer sealer;
    private final Audit audit;
    private final JdbcClient jdbc;

    Credentials(
            Transactions transactions, Quotas quotas, Sealer sealer, Audit audit, JdbcClient jdbc) {
        this.transactions = transactions;
        this.quotas = quotas;
        this.sealer = sealer;
        this.audit = audit;
        this.jdbc = jdbc;
    }

    /** The oldest first; fails where there is no such region. */
    public List<Credential> list(UUID projectId, String region) {
        var found =
                jdbc.sql(SELECT + "ORDER BY created_at, ref")
                        .param("project", projectId)
                        .param("region", region)
                        .query(Credentials::credential)
                        .list();
        if (found.isEmpty()) {
            quotas.of(projectId, region);
        }
        return found;
    }

    public Credential get(UUID projectId, String region, String ref) {
        return jdbc.sql(SELECT + "AND ref = :ref")
                .param("project", projectId)
                .param("region", region)
                .param("ref", ref)
                .query(Credentials::credential)
                .optional()
                .orElseThrow(Credentials::notFound);
    }

    public Credential create(UUID projectId, String region, CredentialDraft draft, Origin origin) {
        return transactions.run(() -> {
            draft.checkNew();
            quotas.takeCredential(projectId, region);
            var id = UUID.randomUUID();
            var ref = newRef();
            jdbc.sql(
                            """
                            INSERT INTO credential (id, project_id, region_id, ref, display_name,
                                username, password_sealed)
                            VALUES (:id, :project, :region, :ref, :displayName, :username,
                                :password)
                            """)
                    .param("id", id)
                    .param("project", projectId)
                    .param("region", region)
                    .param("ref", ref)
                    .param("displayName", draft.displayName())
                    .param("username", draft.username())
                    .param("password", seal(draft, id).orElseThrow())
                    .update();
            record(origin, projectId, region, ref, "create");
            return get(projectId, region, ref);
        });
    }

    /** What was not given stays. Load balancers that use it are not touched. */
    public Credential update(
            UUID projectId, String region, String ref, CredentialDraft draft, Origin origin) {
        return transactions.run(() -> {
            var id = lock(projectId, region, ref).orElseThrow(Credentials::notFound);
            draft.checkUpdate();
            jdbc.sql(
                            """
                            UPDATE credential SET
                                display_name = coalesce(:displayName, display_name),
                                username = coalesce(:username, username),
                                password_sealed = coalesce(:password, password_sealed),
                                updated_at = now()
                            WHERE id = :id
                            """)
                    .param("id", id)
                    .param("displayName", draft.displayName())
                    .param("username", draft.username())
                    .param("password", seal(draft, id).orElse(null))
                    .update();
            record(origin, projectId, region, ref, "update");
            return get(projectId, region, ref);
        });
    }

    /** Succeeds where there is none; fails where a load balancer's spec names it. */
    public void delete(UUID projectId, String region, String ref, Origin origin) {
        var _ =
                transactions.run(() -> {
                    var found = lock(projectId, region, ref);
                    found.ifPresent(id -> {
                        refuseWhileInUse(projectId, region, ref);
                        jdbc.sql("DELETE FROM credential WHERE id = :id").param("id", id).update();
                        record(origin, projectId, region, ref, "delete");
                    });
                    return found;
                });
    }

    private void refuseWhileInUse(UUID projectId, String region, String ref) {
        var users =
                jdbc.sql(
                                """
                                SELECT lb.name FROM credential_use u
                                JOIN load_balancer lb ON lb.id = u.load_balancer_id
                                WHERE u.project_id = :project AND u.region_id = :region
                                  AND u.ref = :ref
                                ORDER BY lb.name LIMIT 3
                                """)
                        .param("project", projectId)
                        .param("region", region)
                        .param("ref", ref)
                        .query(String.class)
                        .list();
        if (!users.isEmpty()) {
            throw new DomainFailure.FailedPrecondition(
                    users.stream()
                            .collect(
                                    Collectors.joining(
                                            ", ",
                                            "the credentials are used by load balancer ",
                                            "")));
        }
    }

    /** Against other writers, and against specs that would begin to use it. */
    private Optional<UUID> lock(UUID projectId, String region, String ref) {
        return jdbc.sql(
                        """
                        SELECT id FROM credential
                        WHERE project_id = :project AND region_id = :region AND ref = :ref
                        FOR UPDATE
                        """)
                .param("project", projectId)
                .param("region", region)
                .param("ref", ref)
                .query(UUID.class)
                .optional();
    }

    private Optional<byte[]> seal(CredentialDraft draft, UUID id) {
        return Optional.ofNullable(draft.password())
                .map(password -> sealer.seal(password, new Binding("credential.password", id)));
    }

    private void record(Origin origin, UUID projectId, String region, String ref, String verb) {
        audit.record(
                origin,
                projectId,
                "credential." + verb,
                "regions/%s/credentials/%s".formatted(region, ref),
                Map.of());
    }

    private static Credential credential(ResultSet row, int rowNumber) throws SQLException {
        return new Credential(
                row.getString("region_id"),
                row.getString("ref"),
                row.getString("display_name"),
                row.getString("username"));
    }

    private static String newRef() {
        return RANDOM.ints(REF_LENGTH, 0, REF_ALPHABET.length())
                .mapToObj(digit -> REF_ALPHABET.substring(digit, digit + 1))
                .collect(Collectors.joining("", REF_PREFIX, ""));
    }

    private static DomainFailure notFound() {
        return new DomainFailure.NotFound("credential reference not found");
    }
}
