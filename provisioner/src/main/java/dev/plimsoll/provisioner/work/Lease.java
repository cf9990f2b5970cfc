package dev.plimsoll.provisioner.work;

import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The right to work on one load balancer for a while. Everything that a step writes goes through
 * {@link #fenced}: the transaction first locks the load balancer's row and then the work item's
 * (the order in which the API locks them too), and is refused when the lease is no longer ours.
 */
public final class Lease {
    private final LoadBalancerId loadBalancer;
    private final UUID project;
    private final long epoch;
    private final long change;
    private final int attempt;
    private final JdbcClient sql;
    private final TransactionTemplate transactions;

    Lease(Claim claim, JdbcClient sql, TransactionTemplate transactions) {
        this.loadBalancer = new LoadBalancerId(claim.loadBalancerId());
        this.project = claim.projectId();
        this.epoch = claim.leaseEpoch();
        this.change = claim.change();
        this.attempt = claim.attempt();
        this.sql = sql;
        this.transactions = transactions;
    }

    public LoadBalancerId loadBalancer() {
        return loadBalancer;
    }

    public UUID project() {
        return project;
    }

    public long epoch() {
        return epoch;
    }

    long change() {
        return change;
    }

    int attempt() {
        return attempt;
    }

    /**
     * @throws LeaseLost before {@code writes} runs, and nothing is written
     */
    public void fenced(Consumer<JdbcClient> writes) {
        transactions.executeWithoutResult(_ -> {
            hold();
            writes.accept(sql);
        });
    }

    /** Like {@link #fenced}, for writes that have something to say. */
    public <T> T fencedResult(Function<JdbcClient, T> writes) {
        var result =
                transactions.execute(_ -> {
                    hold();
                    return writes.apply(sql);
                });
        return Objects.requireNonNull(result);
    }

    /** For the moment before an outside system is called, which no transaction can cover. */
    public void check() {
        fenced(_ -> {});
    }

    private void hold() {
        sql.sql("select 1 from load_balancer where id = :id for no key update")
                .param("id", loadBalancer.value())
                .query()
                .listOfRows();
        var held =
                sql.sql(
                                """
                                select 1 from work_item
                                where load_balancer_id = :id and lease_epoch = :epoch
                                  and lease_until > clock_timestamp()
                                for update
                                """)
                        .param("id", loadBalancer.value())
                        .param("epoch", epoch)
                        .query()
                        .listOfRows();
        if (held.isEmpty()) {
            throw new LeaseLost(loadBalancer, epoch);
        }
    }

    record Claim(UUID loadBalancerId, UUID projectId, long leaseEpoch, long change, int attempt) {}
}
