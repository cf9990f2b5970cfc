package dev.plimsoll.api.failover;

import dev.plimsoll.api.loadbalancer.LoadBalancerReads;
import dev.plimsoll.api.loadbalancer.Status;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Rows;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Writes down that a load balancer is to move; the provisioner sees to it that it does. */
@Service
public class Failovers {
    private static final String ACTIVE = "ACTIVE";
    private static final String STANDBY = "STANDBY";

    private final LoadBalancerReads loadBalancers;
    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final Audit audit;

    Failovers(
            LoadBalancerReads loadBalancers,
            JdbcClient jdbc,
            Transactions transactions,
            Audit audit) {
        this.loadBalancers = loadBalancers;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
    }

    private record Machine(
            UUID id, @Nullable String role, boolean yields, @Nullable Instant yieldSince) {}

    /** The move that is under way, or a new one. */
    public FailoverOrder start(UUID projectId, String region, String name, Origin origin) {
        return transactions.run(() -> {
            var loadBalancer = loadBalancers.get(projectId, region, name);
            if (loadBalancer.status().kind() == Status.Kind.TERMINATING) {
                throw new DomainFailure.StateConflict("the load balancer is being removed");
            }
            enqueue(loadBalancer.id());
            var machines = machines(loadBalancer.id());
            var standing = standing(machines);
            if (standing.isPresent()) {
                return standing.get();
            }
            var from = speaking(machines, ACTIVE, "no agent of the load balancer is active");
            var to = speaking(machines, STANDBY, "no second agent stands by");
            if (!from.yields()) {
                throw new DomainFailure.StateConflict(
                        "the active agent is too old to be asked; replace its machine");
            }
            var requestedAt = order(from.id());
            audit.record(
                    origin,
                    projectId,
                    "load-balancer.failover",
                    "regions/" + region + "/load-balancers/" + name,
                    Map.of("fromMachineId", from.id(), "toMachineId", to.id()));
            return new FailoverOrder(from.id(), to.id(), requestedAt);
        });
    }

    public Optional<FailoverView> last(UUID loadBalancerId) {
        return jdbc.sql(
                        """
                        SELECT cause, from_machine, to_machine, detected_at, vip_moved_at,
                               gap_millis, connections
                        FROM failover WHERE load_balancer_id = :id ORDER BY id DESC LIMIT 1
                        """)
                .param("id", loadBalancerId)
                .query((row, _) ->
                        new FailoverView(
                                row.getString("cause"),
                                row.getObject("from_machine", UUID.class),
                                Rows.uuid(row, "to_machine"),
                                Rows.instant(row, "detected_at"),
                                Rows.knownInstant(row, "vip_moved_at"),
                                row.getObject("gap_millis", Long.class),
                                row.getObject("connections", Integer.class)))
                .optional();
    }

    /** First of all, which locks the rows in the order that everybody locks them in. */
    private void enqueue(UUID loadBalancerId) {
        jdbc.sql("SELECT enqueue_work(:id, 'FAILOVER')")
                .param("id", loadBalancerId)
                .query()
                .listOfRows();
    }

    private List<Machine> machines(UUID loadBalancerId) {
        return jdbc.sql(
                        """
                        SELECT m.id, CASE WHEN s.connected THEN s.role END AS role,
                               coalesce(s.yields, false) AS yields,
                               m.yield_requested_at AS yield_since
                        FROM machine m LEFT JOIN agent_status s ON s.machine_id = m.id
                        WHERE m.load_balancer_id = :id AND m.state NOT IN ('DRAINING', 'DELETED')
                        ORDER BY m.slot FOR UPDATE OF m
                        """)
                .param("id", loadBalancerId)
                .query((row, _) ->
                        new Machine(
                                Rows.uuid(row, "id"),
                                row.getString("role"),
                                row.getBoolean("yields"),
                                Rows.instant(row, "yield_since")))
                .list();
    }

    private static Optional<FailoverOrder> standing(List<Machine> machines) {
        for (var from : machines) {
            for (var to : machines) {
                if (from.yieldSince() != null && !from.equals(to)) {
                    return Optional.of(new FailoverOrder(from.id(), to.id(), from.yieldSince()));
                }
            }
        }
        return Optional.empty();
    }

    private static Machine speaking(List<Machine> machines, String role, String orElse) {
        return machines.stream()
                .filter(machine -> role.equals(machine.role()))
                .findFirst()
                .orElseThrow(() -> new DomainFailure.StateConflict(orElse));
    }

    private Instant order(UUID machineId) {
        return jdbc.sql(
                        """
                        UPDATE machine
                        SET yield_reason = 'FAILOVER', yield_requested_at = clock_timestamp(),
                            last_yield_reason = 'FAILOVER', last_yield_at = clock_timestamp()
                        WHERE id = :id RETURNING yield_requested_at
                        """)
                .param("id", machineId)
                .query((row, _) -> Rows.knownInstant(row, "yield_requested_at"))
                .single();
    }
}
