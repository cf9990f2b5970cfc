package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.provisioner.work.Lease;

/** Publishes documents. The insert wakes the gateways. */
final class ConfigSteps {
    private static final int KEPT_REVISIONS = 10;

    private ConfigSteps() {}

    static StepResult publish(Lease lease, AgentConfig config) {
        var document = ConfigDocument.of(config);
        lease.fenced(sql -> {
            sql.sql(
                            """
                            insert into config_revision
                                (load_balancer_id, revision, generation, document, sha256)
                            values (:id, :revision, :generation, :document, :sha256)
                            """)
                    .param("id", lease.loadBalancer().value())
                    .param("revision", config.revision())
                    .param("generation", config.generation())
                    .param("document", document)
                    .param("sha256", ConfigDocument.sha256(document))
                    .update();
            sql.sql(
                            """
                            delete from config_revision
                            where load_balancer_id = :id and revision <= :old
                            """)
                    .param("id", lease.loadBalancer().value())
                    .param("old", config.revision() - KEPT_REVISIONS)
                    .update();
        });
        return StepResult.DONE;
    }
}
