package dev.plimsoll.api.quota;

import static java.util.Objects.requireNonNull;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.region.Regions;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Limits that projects have of their own. They hold from the next order on. */
@Repository
public class ProjectQuotas {
    private final Transactions transactions;
    private final JdbcClient jdbc;
    private final Quotas quotas;
    private final Regions regions;
    private final Audit audit;

    ProjectQuotas(
            Transactions transactions,
            JdbcClient jdbc,
            Quotas quotas,
            Regions regions,
            Audit audit) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.quotas = quotas;
        this.regions = regions;
        this.audit = audit;
    }

    /**
     * @param ownLimits whether they are the project's own, and not the defaults
     */
    public record ProjectQuota(Quota quota, boolean ownLimits) {}

    public ProjectQuota get(UUID projectId, String region) {
        var ownLimits =
                jdbc.sql(
                                """
                                SELECT EXISTS (SELECT 1 FROM project_quota q
                                    WHERE q.project_id = p.id AND q.region_id = :region)
                                FROM project p WHERE p.id = :project AND p.deleted_at IS NULL
                                """)
                        .param("project", projectId)
                        .param("region", region)
                        .query(Boolean.class)
                        .optional()
                        .orElseThrow(ProjectQuotas::projectNotFound);
        return new ProjectQuota(quotas.of(projectId, region), ownLimits);
    }

    /** Writing what is there already is no write. */
    public ProjectQuota set(UUID projectId, String region, Limits limits, Origin origin) {
        limits.check();
        return transactions.run(() -> {
            requireBoth(projectId, region);
            int changed =
                    jdbc.sql(
                                    """
                                    INSERT INTO project_quota AS q (project_id, region_id,
                                        max_load_balancers, max_credentials)
                                    VALUES (:project, :region, :maxLoadBalancers, :maxCredentials)
                                    ON CONFLICT (project_id, region_id) DO UPDATE
                                    SET max_load_balancers = excluded.max_load_balancers,
                                        max_credentials = excluded.max_credentials
                                    WHERE (q.max_load_balancers, q.max_credentials) IS DISTINCT FROM
                                        (excluded.max_load_balancers, excluded.max_credentials)
                                    """)
                            .param("project", projectId)
                            .param("region", region)
                            .param("maxLoadBalancers", limits.maxLoadBalancers())
                            .param("maxCredentials", limits.maxCredentials())
                            .update();
            if (changed > 0) {
                record(
                        projectId,
                        region,
                        origin,
                        "set",
                        Map.of(
                                "maxLoadBalancers", requireNonNull(limits.maxLoadBalancers()),
                                "maxCredentials", requireNonNull(limits.maxCredentials())));
            }
            return get(projectId, region);
        });
    }

    /** Back to the defaults. */
    public void reset(UUID projectId, String region, Origin origin) {
        var _ =
                transactions.run(() -> {
                    requireBoth(projectId, region);
                    int removed =
                            jdbc.sql(
                                            """
                                            DELETE FROM project_quota
                                            WHERE project_id = :project AND region_id = :region
                                            """)
                                    .param("project", projectId)
                                    .param("region", region)
                                    .update();
                    if (removed > 0) {
                        record(projectId, region, origin, "reset", Map.of());
                    }
                    return removed;
                });
    }

    private void requireBoth(UUID projectId, String region) {
        var _ =
                jdbc.sql(
                                """
                                SELECT 1 FROM project WHERE id = :project AND deleted_at IS NULL
                                FOR KEY SHARE
                                """)
                        .param("project", projectId)
                        .query(Integer.class)
                        .optional()
                        .orElseThrow(ProjectQuotas::projectNotFound);
        var _ = regions.get(region);
    }

    private void record(
            UUID projectId, String region, Origin origin, String verb, Map<String, ?> details) {
        audit.record(origin, projectId, "quota." + verb, "regions/" + region + "/quota", details);
    }

    private static DomainFailure projectNotFound() {
        return new DomainFailure.NotFound("project not found");
    }
}
