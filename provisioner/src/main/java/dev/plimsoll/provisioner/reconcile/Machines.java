package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.AgentMessage.Role;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.machine.Presence;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A load balancer's machines: the rows, what their agents say, and what the driver sees. */
final class Machines {
    private final JdbcClient sql;
    private final MachineDriver driver;

    Machines(JdbcClient sql, MachineDriver driver) {
        this.sql = sql;
        this.driver = driver;
    }

    List<Observed.Machine> of(LoadBalancerId id, UUID project) {
        return sql
                .sql(
                        """
                        select m.id, m.slot, m.incarnation, m.state, m.created_at, a.machine_id as agent,
                               a.connected, a.role, a.role_since, a.applied_revision,
                               a.applied_generation, a.applied_sha256, a.refused_revision,
                               a.refused_code, a.refused_path, a.refused_detail, a.yields,
                               a.agent_version, m.yield_reason, m.yield_requested_at,
                               m.peer_heard_at >= m.yield_requested_at as hears_peer,
                               m.replace_reason, m.shape,
                               m.drain_until, m.last_active_at, m.found_dead_at,
                               case when h.seen_at > m.state_since
                                   then h.active_connections end as connections
                        from machine m
                        left join agent_status a on a.machine_id = m.id
                        left join agent_heartbeat h on h.machine_id = m.id
                        where m.load_balancer_id = :id and m.state <> 'DELETED'
                        order by m.slot, m.incarnation
                        """)
                .param("id", id.value())
                .query((row, _) -> machine(row, id, project))
                .list()
                .stream()
                .map(this::seen)
                .toList();
    }

    Map<Integer, Observed.Slot> slots(LoadBalancerId id) {
        return sql
                .sql(
                        """
                        select slot, max(incarnation) as last_incarnation,
                               count(*) filter (where early) as early_deaths,
                               max(state_since) filter (where early) as last_death
                        from (select slot, incarnation, state_since,
                                     state = 'DELETED'
                                     and state_since > clock_timestamp() - interval '60 seconds'
                                     and state_since < created_at + interval '10 seconds' as early
                              from machine where load_balancer_id = :id) m
                        group by slot
                        """)
                .param("id", id.value())
                .query((row, _) ->
                        Map.entry(
                                row.getInt("slot"),
                                new Observed.Slot(
                                        row.getLong("last_incarnation"),
                                        row.getInt("early_deaths"),
                                        instant(row.getTimestamp("last_death")))))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Observed.Machine seen(Observed.Machine machine) {
        return new Observed.Machine(
                machine.spec(),
                machine.state(),
                driver.observe(machine.spec()),
                machine.since(),
                machine.agent(),
                machine.orders());
    }

    private static Observed.Machine machine(ResultSet row, LoadBalancerId id, UUID project)
            throws SQLException {
        var spec =
                new MachineSpec(
                        new MachineId(row.getObject("id", UUID.class)),
                        id,
                        project,
                        row.getInt("slot"),
                        row.getLong("incarnation"));
        return new Observed.Machine(
                spec,
                Observed.State.valueOf(row.getString("state")),
                Presence.UNKNOWN,
                row.getTimestamp("created_at").toInstant(),
                row.getObject("agent") == null ? null : agent(row),
                orders(row));
    }

    private static Observed.Orders orders(ResultSet row) throws SQLException {
        var replacement = row.getString("replace_reason");
        return new Observed.Orders(
                yieldOf(row),
                replacement == null ? null : Observed.Replacement.valueOf(replacement),
                row.getString("shape"),
                instant(row.getTimestamp("drain_until")),
                row.getObject("connections", Integer.class),
                instant(row.getTimestamp("last_active_at")),
                instant(row.getTimestamp("found_dead_at")));
    }

    private static Observed.@Nullable Yield yieldOf(ResultSet row) throws SQLException {
        var reason = row.getString("yield_reason");
        return reason == null
                ? null
                : new Observed.Yield(
                        Observed.Yield.Reason.valueOf(reason),
                        Objects.requireNonNull(instant(row.getTimestamp("yield_requested_at"))),
                        row.getBoolean("hears_peer"));
    }

    private static Observed.Agent agent(ResultSet row) throws SQLException {
        return new Observed.Agent(
                row.getBoolean("connected"),
                Role.valueOf(row.getString("role")),
                Objects.requireNonNull(instant(row.getTimestamp("role_since"))),
                row.getLong("applied_revision"),
                row.getLong("applied_generation"),
                row.getString("applied_sha256"),
                row.getObject("refused_revision") == null
                        ? null
                        : new Observed.Refused(
                                row.getLong("refused_revision"),
                                Refusal.valueOf(row.getString("refused_code")),
                                row.getString("refused_path"),
                                row.getString("refused_detail")),
                row.getBoolean("yields"),
                row.getString("agent_version"));
    }

    private static java.time.@Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
