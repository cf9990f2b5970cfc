package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.work.Lease;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.WorkQueue;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Addresses and who listens on them. A conflict is not a failure: the next look sees it. */
final class AddressSteps {
    private static final int MOST_CLAIMANTS = 100;

    /** One order for all, so that two claimants never wait for each other. */
    private static final Comparator<Claim> ORDER =
            Comparator.comparing(Claim::address)
                    .thenComparing(Claim::transport)
                    .thenComparing(Claim::port);

    private final JdbcClient sql;
    private final WorkQueue queue;
    private final String scope;

    AddressSteps(DataSource database, WorkQueue queue, MachineDriver driver) {
        this.sql = JdbcClient.create(database);
        this.queue = queue;
        this.scope = driver.capabilities().addressScope();
    }

    StepResult allocate(Lease lease, Step.AllocateAddress step) {
        lease.fenced(tx ->
                tx.sql(
                                """
                                insert into address
                                    (scope, address, kind, load_balancer_id)
                                values (:scope, :address::inet, :kind, :id)
                                on conflict do nothing
                                """)
                        .param("scope", scope)
                        .param("address", step.address())
                        .param("kind", step.kind().name())
                        .param("id", lease.loadBalancer().value())
                        .update());
        return StepResult.DONE;
    }

    StepResult release(Lease lease, Step.ReleaseAddress step) {
        lease.fenced(tx ->
                tx.sql(
                                """
                                delete from address
                                where load_balancer_id = :id and kind = :kind
                                """)
                        .param("id", lease.loadBalancer().value())
                        .param("kind", step.kind().name())
                        .update());
        return StepResult.DONE;
    }

    /** All or none: two load balancers that hold half of what both want would be stuck. */
    StepResult claim(Lease lease, Step.ClaimListeners step) {
        try {
            lease.fenced(tx ->
                    step.claims().stream().sorted(ORDER).forEach(claim -> claim(tx, lease, claim)));
        } catch (ClaimTaken _) {
            return StepResult.DONE;
        }
        return StepResult.DONE;
    }

    StepResult release(Lease lease, Step.ReleaseClaims step) {
        lease.fenced(tx -> {
            for (var claim : step.claims()) {
                tx.sql(
                                """
                                delete from listener_claim
                                where load_balancer_id = :id and address = :address::inet
                                  and transport = :transport and port = :port
                                """)
                        .param("id", lease.loadBalancer().value())
                        .param("address", claim.address())
                        .param("transport", claim.transport().name())
                        .param("port", claim.port())
                        .update();
            }
        });
        wakeClaimants(lease.loadBalancer());
        return StepResult.DONE;
    }

    private void claim(JdbcClient tx, Lease lease, Claim claim) {
        var inserted =
                tx.sql(
                                """
                                insert into listener_claim
                                    (scope, address, transport, port, load_balancer_id)
                                values (:scope, :address::inet, :transport, :port, :id)
                                on conflict do nothing
                                """)
                        .param("scope", scope)
                        .param("address", claim.address())
                        .param("transport", claim.transport().name())
                        .param("port", claim.port())
                        .param("id", lease.loadBalancer().value())
                        .update();
        if (inserted == 0) {
            throw new ClaimTaken();
        }
    }

    /**
     * Outside of the transaction, which holds this load balancer's work item and must not wait for
     * another's. Whom a crash at this point leaves asleep looks again by itself.
     */
    private void wakeClaimants(LoadBalancerId releasing) {
        claimants(releasing).forEach(id -> queue.enqueue(id, "CLAIM_RELEASED"));
    }

    private List<LoadBalancerId> claimants(LoadBalancerId releasing) {
        return sql.sql(
                        """
                        select load_balancer_id from condition
                        where type = 'FEASIBLE' and status = 'FALSE' and reason = :taken
                          and load_balancer_id <> :id
                        order by since limit :most
                        """)
                .param("taken", Plan.ADDRESS_TAKEN)
                .param("id", releasing.value())
                .param("most", MOST_CLAIMANTS)
                .query((row, _) -> new LoadBalancerId(row.getObject(1, UUID.class)))
                .list();
    }

    /** Rolls the transaction back. */
    private static final class ClaimTaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        ClaimTaken() {
            super(null, null, false, false);
        }
    }
}
