package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.AppliedConfig;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Hello;
import dev.plimsoll.provisioner.ca.AgentIdentity;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import dev.plimsoll.provisioner.work.WorkQueue;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What agents say, in the database. Each write asks for a look at the load balancer in the same
 * transaction, and first, so that rows are locked in the order that the reconciler locks them in.
 */
final class AgentRecords {
    private static final int VOIDED_AT_ONCE = 20_000;
    private final JdbcClient sql;
    private final TransactionTemplate transactions;
    private final WorkQueue queue;

    AgentRecords(DataSource database, WorkQueue queue) {
        this.sql = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.transactions.setTimeout(10);
        this.queue = queue;
    }

    /**
     * What an agent comes in with: its load balancer, and a number higher than that of any stream
     * that it opened before.
     */
    Optional<Entry> entryOf(AgentIdentity agent) {
        return sql.sql(
                        """
                        select load_balancer_id, nextval('agent_session') as number
                        from machine where id = :id
                        """)
                .param("id", agent.machine().value())
                .query((row, _) ->
                        new Entry(
                                new LoadBalancerId(row.getObject("load_balancer_id", UUID.class)),
                                row.getLong("number")))
                .optional();
    }

    /**
     * Streams of gateways that are not on the roster say nothing about their agents. Those of some
     * agents are voided, so that nothing that comes late on them counts.
     *
     * @return how many; 0 when there were none left
     */
    int voidLost() {
        return Objects.requireNonNull(
                transactions.execute(_ -> {
                    var lost = lost();
                    if (!lost.isEmpty()) {
                        queue.enqueueInTurn(
                                lost.stream()
                                        .map(stream -> new LoadBalancerId(stream.loadBalancerId()))
                                        .collect(Collectors.toSet()),
                                "GATEWAY_LOST");
                        voidStreams(lost);
                    }
                    return lost.size();
                }));
    }

    private List<Lost> lost() {
        return sql.sql(
                        """
                        select machine_id, load_balancer_id, session_id from agent_status a
                        where connected
                          and not exists (select 1 from gateway g where g.life = a.gateway)
                        order by load_balancer_id, machine_id limit :most
                        """)
                .param("most", VOIDED_AT_ONCE)
                .query((row, _) ->
                        new Lost(
                                row.getObject("machine_id", UUID.class),
                                row.getObject("load_balancer_id", UUID.class),
                                row.getObject("session_id", UUID.class)))
                .list();
    }

    private void voidStreams(List<Lost> lost) {
        sql.sql(
                        """
                        update agent_status a set connected = false, session_id = gen_random_uuid()
                        from unnest(:machines::uuid[], :sessions::uuid[]) as lost (machine, session)
                        where a.machine_id = lost.machine and a.session_id = lost.session
                        """)
                .param("machines", texts(lost, Lost::machineId))
                .param("sessions", texts(lost, Lost::sessionId))
                .update();
    }

    private static String[] texts(List<Lost> lost, Function<Lost, UUID> of) {
        return lost.stream().map(of).map(UUID::toString).toArray(String[]::new);
    }

    /**
     * False when it does not count: the machine is not wanted, has a newer stream, or this gateway
     * is not on the roster.
     *
     * @param life of this gateway
     */
    boolean connected(Entry entry, UUID session, @Nullable UUID life, Hello hello) {
        var loadBalancer = entry.loadBalancer();
        return change(
                () -> queue.enqueueArrival(loadBalancer, hello.machineId()),
                () ->
                        sql.sql(
                                                """
                                                insert into agent_status (machine_id,
                                                    load_balancer_id, session_id, session_number,
                                                    gateway, connected,
                                                    connected_since, pid, agent_version,
                                                    admin_address, connection_limit, role,
                                                    role_since, applied_revision,
                                                    applied_generation, applied_sha256, applied_at,
                                                    yields)
                                                select id, load_balancer_id, :session, :number,
                                                    :life, true,
                                                    clock_timestamp(), :pid, :version, :admin,
                                                    :limit, :role, :since, :revision, :generation,
                                                    :sha256, case when :revision > 0
                                                        then clock_timestamp() end,
                                                    :yields
                                                from machine
                                                where id = :machine and incarnation = :incarnation
                                                  and state not in ('DRAINING', 'DELETED')
                                                  and exists (select 1 from gateway
                                                      where life = :life)
                                                for share
                                                on conflict (machine_id) do update set
                                                    session_id = excluded.session_id,
                                                    session_number = excluded.session_number,
                                                    gateway = excluded.gateway,
                                                    connected = true,
                                                    connected_since = excluded.connected_since,
                                                    pid = excluded.pid,
                                                    agent_version = excluded.agent_version,
                                                    admin_address = excluded.admin_address,
                                                    connection_limit = excluded.connection_limit,
                                                    role = excluded.role,
                                                    role_since = excluded.role_since,
                                                    applied_revision = excluded.applied_revision,
                                                    applied_generation =
                                                        excluded.applied_generation,
                                                    applied_sha256 = excluded.applied_sha256,
                                                    applied_at = excluded.applied_at,
                                                    yields = excluded.yields,
                                                    refused_revision = null, refused_code = null,
                                                    refused_path = null, refused_detail = null
                                                where agent_status.session_number
                                                    < excluded.session_number
                                                """)
                                        .param("session", session)
                                        .param("number", entry.number())
                                        .param("life", life)
                                        .param("pid", hello.pid())
                                        .param("version", hello.agentVersion())
                                        .param("admin", hello.adminAddress())
                                        .param("limit", hello.connectionLimit())
                                        .param("role", hello.role().name())
                                        .param("since", time(hello.roleSinceEpochMillis()))
                                        .param("revision", revision(hello.applied()))
                                        .param("generation", generation(hello.applied()))
                                        .param("sha256", sha256(hello.applied()))
                                        .param("yields", hello.yielding() != null)
                                        .param("machine", hello.machineId())
                                        .param("incarnation", hello.incarnation())
                                        .update()
                                == 1);
    }

    void disconnected(LoadBalancerId loadBalancer, UUID machine, UUID session) {
        change(
                loadBalancer,
                "AGENT_DISCONNECTED",
                () -> ofSession("connected = false", machine, session, Map.of()));
    }

    void applied(LoadBalancerId loadBalancer, UUID machine, UUID session, AppliedConfig applied) {
        change(
                loadBalancer,
                "CONFIG_APPLIED",
                () ->
                        ofSession(
                                """
                                applied_revision = :revision, applied_generation = :generation,
                                applied_sha256 = :sha256, applied_at = clock_timestamp(),
                                refused_revision = null, refused_code = null,
                                refused_path = null, refused_detail = null
                                """,
                                machine,
                                session,
                                Map.of(
                                        "revision", applied.revision(),
                                        "generation", applied.generation(),
                                        "sha256", applied.sha256())));
    }

    void refused(LoadBalancerId loadBalancer, UUID machine, UUID session, ConfigRefused refused) {
        change(
                loadBalancer,
                "CONFIG_REFUSED",
                () ->
                        ofSession(
                                """
                                refused_revision = :revision, refused_code = :code,
                                refused_path = :path, refused_detail = :detail
                                """,
                                machine,
                                session,
                                Map.of(
                                        "revision", refused.revision(),
                                        "code", refused.code().name(),
                                        "path", refused.path(),
                                        "detail", refused.detail())));
    }

    /** Nobody looks at a load balancer because of it. */
    void held(UUID machine, UUID session, AgentMessage.AuthoritiesHeld held) {
        sql.sql(
                        """
                        update agent_status set trusts = :trusts, certified_by = :by
                        where machine_id = :machine and session_id = :session
                          and (trusts, certified_by) is distinct from (:trusts::text[], :by::text)
                        """)
                .param("trusts", held.trusted().toArray(String[]::new))
                .param("by", held.certifiedBy())
                .param("machine", machine)
                .param("session", session)
                .update();
    }

    void roleChanged(
            LoadBalancerId loadBalancer,
            UUID machine,
            UUID session,
            AgentMessage.RoleChanged changed) {
        change(
                loadBalancer,
                "ROLE_CHANGED",
                () ->
                        ofSession(
                                "role = :role, role_since = :since",
                                machine,
                                session,
                                Map.of(
                                        "role", changed.role().name(),
                                        "since", time(changed.sinceEpochMillis()))));
    }

    /** Counts for the order to yield that stands, and for none that is given later. */
    void peerHeard(LoadBalancerId loadBalancer, MachineId machine, UUID session) {
        change(
                loadBalancer,
                "PEER_HEARD",
                () ->
                        sql.sql(
                                                """
                                                update machine set peer_heard_at = clock_timestamp()
                                                where id = :machine and yield_reason = 'PARTITION'
                                                  and (peer_heard_at is null
                                                      or peer_heard_at < yield_requested_at)
                                                  and exists (select 1 from agent_status
                                                      where machine_id = :machine
                                                        and session_id = :session)
                                                """)
                                        .param("machine", machine.value())
                                        .param("session", session)
                                        .update()
                                == 1);
    }

    private boolean change(LoadBalancerId loadBalancer, String reason, BooleanSupplier write) {
        return change(() -> queue.enqueue(loadBalancer, reason), write);
    }

    private boolean change(Runnable ask, BooleanSupplier write) {
        return Boolean.TRUE.equals(
                transactions.execute(transaction -> {
                    ask.run();
                    var changed = write.getAsBoolean();
                    if (!changed) {
                        transaction.setRollbackOnly();
                    }
                    return changed;
                }));
    }

    /** Only while the session is still the machine's newest. */
    private boolean ofSession(
            String assignments, UUID machine, UUID session, Map<String, ?> parameters) {
        return sql.sql(
                                "update agent_status set "
                                        + assignments
                                        + " where machine_id = :machine and session_id = :session")
                        .param("machine", machine)
                        .param("session", session)
                        .params(parameters)
                        .update()
                == 1;
    }

    private static Timestamp time(long epochMillis) {
        return Timestamp.from(Instant.ofEpochMilli(epochMillis));
    }

    private static long revision(@Nullable AppliedConfig applied) {
        return applied == null ? 0 : applied.revision();
    }

    private static long generation(@Nullable AppliedConfig applied) {
        return applied == null ? 0 : applied.generation();
    }

    private static @Nullable String sha256(@Nullable AppliedConfig applied) {
        return applied == null ? null : applied.sha256();
    }

    record Entry(LoadBalancerId loadBalancer, long number) {}

    private record Lost(UUID machineId, UUID loadBalancerId, UUID sessionId) {}
}
