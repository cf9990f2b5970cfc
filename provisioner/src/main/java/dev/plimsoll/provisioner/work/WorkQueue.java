package dev.plimsoll.provisioner.work;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The table {@code work_item}; see its comment for the rules. */
public final class WorkQueue {
    private static final int TRANSACTION_TIMEOUT_SECONDS = 10;

    /** A load balancer's place in a round, from 0 to 1: always the same. */
    private static final String PLACE = "(hashtext(id::text) + 2147483648) / 4294967296.0";

    private final JdbcClient sql;
    private final TransactionTemplate transactions;
    private final String owner;
    private final WorkSettings settings;

    /**
     * @param instance names this provisioner; stays the same over restarts
     */
    public WorkQueue(DataSource database, String instance, WorkSettings settings) {
        this.sql = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.transactions.setTimeout(TRANSACTION_TIMEOUT_SECONDS);
        this.owner = instance;
        this.settings = settings;
    }

    /** Asks for a look. Takes part in the caller's transaction, if any. */
    public void enqueue(LoadBalancerId id, String reason) {
        sql.sql("select enqueue_work(:id, :reason)")
                .param("id", id.value())
                .param("reason", reason)
                .query()
                .listOfRows();
    }

    /**
     * Asks for a look because an agent has come; where one in turn is asked for already, only when
     * all of the load balancer's have come. Takes part in the caller's transaction, which is to
     * write down that this one has.
     */
    public void enqueueArrival(LoadBalancerId id, UUID machine) {
        sql.sql("select enqueue_arrival(:id, :machine)")
                .param("id", id.value())
                .param("machine", machine)
                .query()
                .listOfRows();
    }

    /** Asks for a look at every living load balancer, one after the other, and says which. */
    public List<LoadBalancerId> enqueueAll(String reason) {
        var living =
                sql.sql("select id from load_balancer where removed_at is null")
                        .query((row, _) -> new LoadBalancerId(row.getObject(1, UUID.class)))
                        .list();
        enqueueInTurn(living, reason);
        return living;
    }

    /**
     * Asks for looks at many of which none is urgent: no more of them a second than is set, so that
     * whoever changes an order meanwhile does not wait for all of them. As long again passes before
     * the first: most of what there is to find out comes by itself (agents that dial in), and one
     * who is asked for by name comes at once. Takes part in the caller's transaction, if any.
     */
    public void enqueueInTurn(Collection<LoadBalancerId> ids, String reason) {
        sql.sql(
                        """
                        insert into work_item as w
                            (load_balancer_id, project_id, reason, not_before)
                        select id, project_id, :reason,
                               clock_timestamp() + (1 + %s) * :over * interval '1 millisecond'
                        from load_balancer where id = any(:ids::uuid[]) and removed_at is null
                        order by id
                        on conflict (load_balancer_id) do update
                            set change = w.change + 1, reason = excluded.reason, attempt = 0,
                                not_before = least(w.not_before, excluded.not_before)
                        """
                                .formatted(PLACE))
                .param("ids", ids.stream().map(LoadBalancerId::toString).toArray(String[]::new))
                .param("reason", reason)
                .param("over", settings.turns(ids.size()).toMillis())
                .update();
        sql.sql("select pg_notify('plimsoll_work', '')").query().listOfRows();
    }

    /**
     * Adds every living load balancer that nobody waits for, each at its own place of the time
     * span, which is always the same. Those in the queue already keep their attempt count.
     */
    int enqueueSpread(Duration over) {
        return sql.sql(
                        """
                        insert into work_item (load_balancer_id, project_id, reason, not_before)
                        select id, project_id, 'RESYNC',
                               clock_timestamp() + %s * :over * interval '1 millisecond'
                        from load_balancer where removed_at is null
                        order by id
                        on conflict (load_balancer_id) do nothing
                        """
                                .formatted(PLACE))
                .param("over", over.toMillis())
                .update();
    }

    int living() {
        return sql.sql("select count(*) from load_balancer where removed_at is null")
                .query(Integer.class)
                .single();
    }

    /** Leases that an earlier process of this instance left behind hold nobody up. */
    public int dropOwnLeases() {
        return dropLeasesOf(owner);
    }

    /** For an instance that is taken for dead: should it live, it finds its leases lost. */
    public int dropLeasesOf(String owner) {
        return sql.sql(
                        """
                        update work_item set lease_owner = null, lease_until = null
                        where lease_owner = :owner
                        """)
                .param("owner", owner)
                .update();
    }

    Optional<Lease> claim() {
        return sql.sql(
                        """
                        with busy as materialized (
                            select project_id from work_item
                            where lease_until > clock_timestamp()
                            group by project_id having count(*) >= :perProject),
                        next as materialized (
                            select load_balancer_id from work_item
                            where not_before <= clock_timestamp()
                              and (lease_until is null or lease_until <= clock_timestamp())
                              and project_id not in (select project_id from busy)
                            order by not_before
                            for update skip locked
                            limit 1)
                        update work_item w
                        set lease_owner = :owner, lease_epoch = nextval('lease_epoch'),
                            lease_until = clock_timestamp() + :lease * interval '1 millisecond'
                        from next where w.load_balancer_id = next.load_balancer_id
                        returning w.load_balancer_id, w.project_id, w.lease_epoch, w.change,
                                  w.attempt
                        """)
                .param("perProject", settings.perProject())
                .param("owner", owner)
                .param("lease", settings.lease().toMillis())
                .query(Lease.Claim.class)
                .optional()
                .map(claim -> new Lease(claim, sql, transactions));
    }

    /** Does nothing for a lease that ran out: it is not ours to prolong. */
    void renew(Collection<Lease> leases) {
        for (var lease : leases) {
            sql.sql(
                            """
                            update work_item
                            set lease_until = clock_timestamp() + :lease * interval '1 millisecond'
                            where load_balancer_id = :id and lease_epoch = :epoch
                              and lease_until > clock_timestamp()
                            """)
                    .param("lease", settings.lease().toMillis())
                    .param("id", lease.loadBalancer().value())
                    .param("epoch", lease.epoch())
                    .update();
        }
    }

    /** Done, unless there was a new reason meanwhile: then due at once. */
    void complete(Lease lease) {
        var deleted =
                sql.sql(
                                """
                                delete from work_item
                                where load_balancer_id = :id and lease_epoch = :epoch
                                  and change = :change and lease_until is not null
                                """)
                        .param("id", lease.loadBalancer().value())
                        .param("epoch", lease.epoch())
                        .param("change", lease.change())
                        .update();
        if (deleted == 0) {
            release(lease);
        }
    }

    /**
     * Due again after the delay, or at once when there was a new reason meanwhile.
     *
     * @throws LeaseLost and the row is left to its new owner
     */
    void postpone(Lease lease, Duration delay, String waitingFor) {
        var postponed =
                sql.sql(
                                """
                                update work_item
                                set not_before = clock_timestamp()
                                        + :delay * interval '1 millisecond',
                                    attempt = attempt + 1, tries = tries + 1,
                                    waiting_since = case
                                        when waiting_for = :waitingFor
                                        then waiting_since
                                        else clock_timestamp() end,
                                    waiting_for = :waitingFor,
                                    lease_owner = null, lease_until = null
                                where load_balancer_id = :id and lease_epoch = :epoch
                                  and change = :change and lease_until is not null
                                """)
                        .param("delay", delay.toMillis())
                        .param("waitingFor", waitingFor)
                        .param("id", lease.loadBalancer().value())
                        .param("epoch", lease.epoch())
                        .param("change", lease.change())
                        .update();
        if (postponed == 0) {
            release(lease);
        }
    }

    private void release(Lease lease) {
        var released =
                sql.sql(
                                """
                                update work_item
                                set not_before = clock_timestamp(), lease_owner = null,
                                    lease_until = null
                                where load_balancer_id = :id and lease_epoch = :epoch
                                  and lease_until is not null
                                """)
                        .param("id", lease.loadBalancer().value())
                        .param("epoch", lease.epoch())
                        .update();
        if (released == 0) {
            throw new LeaseLost(lease.loadBalancer(), lease.epoch());
        }
    }

    /** Load balancers that are unfinished for so long, for the queue's meter. */
    int late(Duration after) {
        return sql.sql(
                        """
                        select count(*) from work_item
                        where waiting_for is not null
                          and enqueued_at < clock_timestamp() - :after * interval '1 millisecond'
                        """)
                .param("after", after.toMillis())
                .query(Integer.class)
                .single();
    }

    /** How long the first row waits that is due and that nobody works on, for the queue's meter. */
    Duration oldest() {
        return Duration.ofMillis(
                sql.sql(
                                """
                                select coalesce(1000 * extract(epoch from
                                    clock_timestamp() - min(not_before)), 0)::bigint
                                from work_item
                                where not_before <= clock_timestamp()
                                  and (lease_until is null or lease_until <= clock_timestamp())
                                """)
                        .query(Long.class)
                        .single());
    }

    /** Rows waiting or in work, for the queue's meter. */
    int size() {
        return sql.sql("select count(*) from work_item").query(Integer.class).single();
    }
}
