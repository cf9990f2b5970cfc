package dev.plimsoll.api.quota;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.region.Regions;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Load balancers count until they are gone, those being removed included. */
@Repository
public class Quotas {
    private static final String SQL =
            """
            SELECT coalesce(q.max_load_balancers, :maxLoadBalancers) AS max_load_balancers,
                   (SELECT count(*) FROM load_balancer lb WHERE lb.project_id = :project
                     AND lb.region_id = r.id AND lb.removed_at IS NULL)::int AS used_load_balancers,
                   coalesce(q.max_credentials, :maxCredentials) AS max_credentials,
                   (SELECT count(*) FROM credential c WHERE c.project_id = :project
                     AND c.region_id = r.id)::int AS used_credentials
            FROM region r
            LEFT JOIN project_quota q ON q.project_id = :project AND q.region_id = r.id
            WHERE r.id = :region
            """;

    private final JdbcClient jdbc;
    private final Regions regions;
    private final ApiSettings.Quota defaults;

    Quotas(JdbcClient jdbc, Regions regions, ApiSettings settings) {
        this.jdbc = jdbc;
        this.regions = regions;
        this.defaults = settings.quota();
    }

    public Quota of(UUID projectId, String region) {
        return jdbc.sql(SQL)
                .param("project", projectId)
                .param("region", region)
                .param("maxLoadBalancers", defaults.maxLoadBalancers())
                .param("maxCredentials", defaults.maxCredentials())
                .query(Quota.class)
                .optional()
                .orElseThrow(() -> new DomainFailure.NotFound("region not found"));
    }

    /**
     * Makes room for one more, or fails. Limited projects create one at a time, so none slips by;
     * and while somebody creates, the project cannot be deleted.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void takeLoadBalancer(UUID projectId, String region) {
        if (hold(projectId, region).maxLoadBalancers() == Quota.UNLIMITED) {
            return;
        }
        queueUp(projectId);
        if (!of(projectId, region).hasRoomForLoadBalancer()) {
            throw DomainFailure.QuotaExceeded.ofLoadBalancers();
        }
    }

    /** Likewise. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void takeCredential(UUID projectId, String region) {
        if (hold(projectId, region).maxCredentials() == Quota.UNLIMITED) {
            return;
        }
        queueUp(projectId);
        if (!of(projectId, region).hasRoomForCredential()) {
            throw DomainFailure.QuotaExceeded.ofCredentials();
        }
    }

    private void queueUp(UUID projectId) {
        jdbc.sql("SELECT 1 FROM project WHERE id = :project FOR NO KEY UPDATE")
                .param("project", projectId)
                .query(Integer.class)
                .single();
    }

    private record Maxima(int maxLoadBalancers, int maxCredentials) {}

    /** Until the transaction ends, nobody deletes the project. */
    private Maxima hold(UUID projectId, String region) {
        return jdbc.sql(
                        """
                        SELECT coalesce(q.max_load_balancers, :maxLoadBalancers)
                                   AS max_load_balancers,
                               coalesce(q.max_credentials, :maxCredentials) AS max_credentials
                        FROM project p
                        JOIN region r ON r.id = :region
                        LEFT JOIN project_quota q ON q.project_id = p.id AND q.region_id = :region
                        WHERE p.id = :project AND p.deleted_at IS NULL
                        FOR KEY SHARE OF p
                        """)
                .param("maxLoadBalancers", defaults.maxLoadBalancers())
                .param("maxCredentials", defaults.maxCredentials())
                .param("project", projectId)
                .param("region", region)
                .query(Maxima.class)
                .optional()
                .orElseThrow(() -> {
                    var _ = regions.get(region);
                    return DomainFailure.Forbidden.otherProject();
                });
    }
}
