package dev.plimsoll.api.credential;

import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Which specs name which credentials. A spec holds those it names from the moment they are looked
 * up, so that none is deleted before the spec is accepted; afterwards a foreign key holds them.
 */
@Repository
@Transactional(propagation = Propagation.MANDATORY)
public class CredentialUses {
    private final JdbcClient jdbc;

    CredentialUses(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those that exist, of {@code refs}; they stay until the transaction ends. */
    public Set<String> hold(UUID projectId, String region, Set<String> refs) {
        if (refs.isEmpty()) {
            return Set.of();
        }
        return jdbc.sql(
                        """
                        SELECT ref FROM credential
                        WHERE project_id = :project AND region_id = :region AND ref IN (:refs)
                        ORDER BY ref FOR KEY SHARE
                        """)
                .param("project", projectId)
                .param("region", region)
                .param("refs", refs)
                .query((row, _) -> row.getString("ref"))
                .set();
    }

    /** For an accepted spec: it names {@code refs}, and no longer others. */
    public void replace(UUID loadBalancerId, Set<String> before, Set<String> refs) {
        if (refs.equals(before)) {
            return;
        }
        release(loadBalancerId);
        for (var ref : refs) {
            jdbc.sql(
                            """
                            INSERT INTO credential_use (load_balancer_id, project_id, region_id, ref)
                            SELECT id, project_id, region_id, :ref FROM load_balancer
                            WHERE id = :loadBalancer
                            """)
                    .param("ref", ref)
                    .param("loadBalancer", loadBalancerId)
                    .update();
        }
    }

    /** For a load balancer that is being removed. */
    public void release(UUID loadBalancerId) {
        jdbc.sql("DELETE FROM credential_use WHERE load_balancer_id = :loadBalancer")
                .param("loadBalancer", loadBalancerId)
                .update();
    }
}
