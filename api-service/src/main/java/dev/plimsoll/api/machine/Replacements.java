package dev.plimsoll.api.machine;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.write.Audit;
import dev.plimsoll.api.write.Origin;
import dev.plimsoll.api.write.Transactions;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Writes down that a machine is to be followed by another one; the provisioner sees to the rest.
 */
@Service
public class Replacements {
    private final Machines machines;
    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final Audit audit;

    Replacements(Machines machines, JdbcClient jdbc, Transactions transactions, Audit audit) {
        this.machines = machines;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
    }

    public MachineView request(UUID machineId, String reason, Origin origin) {
        return transactions.run(() -> {
            var machine = machines.get(machineId);
            if (machine.state().equals("DELETED")) {
                throw new DomainFailure.StateConflict("the machine is gone");
            }
            if (machine.replacement() != null || machine.state().equals("DRAINING")) {
                return machine;
            }
            jdbc.sql("SELECT enqueue_work(:id, 'REPLACEMENT')")
                    .param("id", machine.loadBalancerId())
                    .query()
                    .listOfRows();
            jdbc.sql(
                            """
                            UPDATE machine
                            SET replace_reason = :reason, replace_requested_at = clock_timestamp()
                            WHERE id = :id AND replace_reason IS NULL
                              AND state NOT IN ('DRAINING', 'DELETED')
                            """)
                    .param("reason", reason)
                    .param("id", machineId)
                    .update();
            audit.record(
                    origin,
                    null,
                    "machine.replace",
                    "machines/" + machineId,
                    Map.of("reason", reason, "loadBalancerId", machine.loadBalancerId()));
            return machines.get(machineId);
        });
    }
}
