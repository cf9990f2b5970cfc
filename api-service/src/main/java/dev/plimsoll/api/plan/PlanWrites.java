package dev.plimsoll.api.plan;

import dev.plimsoll.api.ApiSettings;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.region.Regions;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Makes plans, changes them, and takes them out of sale. */
@Repository
public class PlanWrites {
    private final Transactions transactions;
    private final JdbcClient jdbc;
    private final Plans plans;
    private final Regions regions;
    private final Audit audit;
    private final ApiSettings settings;

    PlanWrites(
            Transactions transactions,
            JdbcClient jdbc,
            Plans plans,
            Regions regions,
            Audit audit,
            ApiSettings settings) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.plans = plans;
        this.regions = regions;
        this.audit = audit;
        this.settings = settings;
    }

    /**
     * Creates, replaces or brings back a plan. Writing what is there already is no write. Who has
     * the plan is looked at again after the commit, too: an order that was being written meanwhile
     * could not be seen before, and may have been served with the old size.
     */
    public Plan set(String region, String id, PlanDraft draft, Origin origin) {
        draft.check(id);
        var changed = transactions.run(() -> write(region, id, draft, origin));
        if (changed) {
            var _ = transactions.run(() -> enqueueUsers(region, id));
        }
        return plans.find(region, id).orElseThrow(PlanWrites::notFound);
    }

    private boolean write(String region, String id, PlanDraft draft, Origin origin) {
        var _ = regions.get(region);
        int changed =
                jdbc.sql(
                                """
                                INSERT INTO plan AS p (region_id, id, name, description, flavor_name,
                                    max_connections)
                                VALUES (:region, :id, :name, :description, :flavorName,
                                    :maxConnections)
                                ON CONFLICT (region_id, id) DO UPDATE
                                SET name = excluded.name, description = excluded.description,
                                    flavor_name = excluded.flavor_name,
                                    max_connections = excluded.max_connections, retired_at = NULL
                                WHERE (p.name, p.description, p.flavor_name, p.max_connections,
                                        p.retired_at)
                                    IS DISTINCT FROM (excluded.name, excluded.description,
                                        excluded.flavor_name, excluded.max_connections, NULL)
                                """)
                        .param("region", region)
                        .param("id", id)
                        .param("name", draft.name())
                        .param("description", draft.description())
                        .param("flavorName", draft.flavorName())
                        .param("maxConnections", draft.maxConnections())
                        .update();
        if (changed > 0) {
            record(region, id, origin, "set");
            var _ = enqueueUsers(region, id);
        }
        return changed > 0;
    }

    /** Load balancers that have it keep it. */
    public void retire(String region, String id, Origin origin) {
        if (id.equals(settings.defaultPlan())) {
            throw new DomainFailure.StateConflict(
                    id
                            + " is the plan of load balancers that are ordered without one; it"
                            + " cannot be retired");
        }
        var _ =
                transactions.run(() -> {
                    int retired =
                            jdbc.sql(
                                            """
                                            UPDATE plan SET retired_at = now()
                                            WHERE region_id = :region AND id = :id
                                              AND retired_at IS NULL
                                            """)
                                    .param("region", region)
                                    .param("id", id)
                                    .update();
                    if (retired > 0) {
                        record(region, id, origin, "retire");
                    } else if (plans.find(region, id).isEmpty()) {
                        throw notFound();
                    }
                    return retired;
                });
    }

    /** In the order of their ids, so that two who do this do not block each other. */
    private int enqueueUsers(String region, String id) {
        return jdbc.sql(
                        """
                        SELECT count(*) FROM (
                            SELECT enqueue_work(users.id, 'PLAN') FROM (
                                SELECT lb.id FROM load_balancer lb
                                JOIN load_balancer_revision r
                                  ON r.load_balancer_id = lb.id AND r.generation = lb.generation
                                WHERE lb.region_id = :region AND lb.removed_at IS NULL
                                  AND r.spec ->> 'planId' = :id
                                ORDER BY lb.id) users) enqueued
                        """)
                .param("region", region)
                .param("id", id)
                .query(Integer.class)
                .single();
    }

    private void record(String region, String id, Origin origin, String verb) {
        var plan = plans.find(region, id).orElseThrow(PlanWrites::notFound);
        audit.record(
                origin,
                null,
                "plan." + verb,
                "regions/%s/plans/%s".formatted(region, id),
                Map.of(
                        "name", plan.name(),
                        "flavorName", plan.flavorName(),
                        "maxConnections", plan.maxConnections()));
    }

    private static DomainFailure notFound() {
        return new DomainFailure.NotFound("plan not found");
    }
}
