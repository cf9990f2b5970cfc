package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is wanted of agents, in the database. */
final class DesiredReads {
    private static final String ORDERS =
            """
            select id, state, drain_until is not null as may_drain, yield_reason from machine
            """;

    private final JdbcClient sql;

    DesiredReads(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    /** In one statement: an agent that comes back has most often missed nothing. */
    Optional<Desired> of(MachineId machine) {
        return sql.sql(
                        """
                        select m.state, m.drain_until is not null as may_drain, m.yield_reason,
                               coalesce((select max(revision) from config_revision
                                   where load_balancer_id = m.load_balancer_id), 0) as revision,
                               exists (select 1 from credential_use
                                   where load_balancer_id = m.load_balancer_id) as pushes
                        from machine m where id = :id
                        """)
                .param("id", machine.value())
                .query((row, _) ->
                        new Desired(order(row), row.getLong("revision"), row.getBoolean("pushes")))
                .optional();
    }

    /** The newest, whole. */
    Optional<Published> config(LoadBalancerId loadBalancer) {
        return sql.sql(
                        """
                        select revision, document, sha256 from config_revision
                        where load_balancer_id = :id order by revision desc limit 1
                        """)
                .param("id", loadBalancer.value())
                .query(Published.class)
                .optional();
    }

    Optional<VipOrder> order(MachineId machine) {
        return sql.sql(ORDERS + "where id = :id")
                .param("id", machine.value())
                .query((row, _) -> order(row))
                .optional();
    }

    /** Of machines that were told something, or are to be. */
    Map<MachineId, VipOrder> orders(Collection<MachineId> of) {
        if (of.isEmpty()) {
            return Map.of();
        }
        return sql
                .sql(ORDERS + "where id = any(:ids::uuid[])")
                .param("ids", of.stream().map(MachineId::toString).toArray(String[]::new))
                .query((row, _) ->
                        Map.entry(new MachineId(row.getObject("id", UUID.class)), order(row)))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static VipOrder order(ResultSet row) throws SQLException {
        return VipOrder.of(
                row.getString("state"), row.getBoolean("may_drain"), row.getString("yield_reason"));
    }

    Map<LoadBalancerId, Long> newestRevisions(Collection<LoadBalancerId> of) {
        if (of.isEmpty()) {
            return Map.of();
        }
        return sql
                .sql(
                        """
                        select load_balancer_id, max(revision) as revision from config_revision
                        where load_balancer_id = any(:ids::uuid[]) group by load_balancer_id
                        """)
                .param("ids", of.stream().map(LoadBalancerId::toString).toArray(String[]::new))
                .query(Newest.class)
                .list()
                .stream()
                .collect(
                        Collectors.toMap(
                                newest -> new LoadBalancerId(newest.loadBalancerId()),
                                Newest::revision));
    }

    /**
     * @param revision of the newest configuration; 0 before the first
     * @param pushes whether the newest order names credentials to push with
     */
    record Desired(VipOrder order, long revision, boolean pushes) {}

    record Published(long revision, String document, String sha256) {}

    private record Newest(UUID loadBalancerId, long revision) {}
}
