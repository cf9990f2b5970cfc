package dev.plimsoll.provisioner.machine;

import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes down each machine that died, and asks for a look at its load balancer. */
public final class DeathReports implements Consumer<MachineId> {
    private final JdbcClient sql;

    public DeathReports(DataSource database) {
        this.sql = JdbcClient.create(database);
    }

    @Override
    public void accept(MachineId machine) {
        note(sql, machine);
        sql.sql(
                        """
                        select enqueue_work(load_balancer_id, 'MACHINE_DIED') from machine
                        where id = :id and state <> 'DELETED'
                        """)
                .param("id", machine.value())
                .query()
                .listOfRows();
    }

    /** Of the first time that it was found dead. One that is to end anyway is no loss. */
    public static void note(JdbcClient sql, MachineId machine) {
        sql.sql(
                        """
                        update machine m
                        set found_dead_at = clock_timestamp(),
                            lost_connections = (select active_connections from agent_heartbeat h
                                                where h.machine_id = m.id)
                        where m.id = :id and m.found_dead_at is null
                          and m.state not in ('DRAINING', 'DELETED')
                        """)
                .param("id", machine.value())
                .update();
        // The VIP may have been seen to move before its owner was seen to be dead.
        sql.sql(
                        """
                        update failover f
                        set cause = 'MACHINE_DIED', detected_at = m.found_dead_at,
                            connections = coalesce(f.connections, m.lost_connections)
                        from machine m
                        where m.id = :id and f.from_machine = m.id and f.cause = 'UNKNOWN'
                          and f.noted_at > m.found_dead_at - interval '1 minute'
                        """)
                .param("id", machine.value())
                .update();
    }
}
